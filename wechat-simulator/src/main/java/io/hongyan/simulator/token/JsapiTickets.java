package io.hongyan.simulator.token;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tickets that web pages sign with. An account's ticket lives two hours, whatever becomes of
 * the token it was fetched with, and comes back the same while it lives. Thread-safe.
 */
public final class JsapiTickets {

  private static final Duration LIFETIME = Duration.ofHours(2);

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Ticket> byAppid = new ConcurrentHashMap<>();

  private record Ticket(String value, Instant expiresAt) {}

  public JsapiTickets(Clock clock) {
    this.clock = clock;
  }

  /** The account's ticket with the lifetime it has left. */
  public IssuedToken fetch(String appid) {
    Instant now = clock.instant();
    Ticket ticket =
        byAppid.compute(
            appid,
            (unused, latest) ->
                latest == null || !now.isBefore(latest.expiresAt())
                    ? new Ticket(newValue(), now.plus(LIFETIME))
                    : latest);
    return new IssuedToken(ticket.value(), Duration.between(now, ticket.expiresAt()));
  }

  /** 86 characters, as the documentation's example has. */
  private String newValue() {
    byte[] bytes = new byte[64];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
