package io.hongyan.simulator.token;

import io.hongyan.simulator.settings.LiveSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Issues tokens and says whether one is good. {@code /cgi-bin/token} and {@code stable_token} are
 * two lines of tokens that do not touch each other, as at WeChat. Thread-safe; checking takes no
 * lock.
 */
public final class AccessTokens {

  private static final Duration LIFETIME = Duration.ofHours(2);

  /** A stable token this close to its end is replaced on the next call. */
  private static final Duration ROTATE_BEFORE_EXPIRY = Duration.ofMinutes(5);

  /** An expired token is remembered this long, to be called expired rather than unknown. */
  private static final Duration REMEMBERED_AFTER_EXPIRY = Duration.ofDays(1);

  private static final int ISSUES_BETWEEN_CLEANINGS = 1_000;

  private final Clock clock;
  private final LiveSettings settings;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Token> byValue = new ConcurrentHashMap<>();
  private final Map<String, Token> latestPlain = new HashMap<>();
  private final Map<String, Token> latestStable = new HashMap<>();
  private int issued;

  public AccessTokens(Clock clock, LiveSettings settings) {
    this.clock = clock;
    this.settings = settings;
  }

  /** A new token for {@code /cgi-bin/token}; the one before works on for the overlap. */
  public synchronized IssuedToken issue(String appid) {
    return replace(latestPlain, appid, clock.instant(), settings.current().tokenOverlap());
  }

  /**
   * The token of {@code stable_token}: the same one until five minutes before its expiry.
   *
   * @param forceRefresh retires the present token at once and issues a new one
   */
  public synchronized IssuedToken stable(String appid, boolean forceRefresh) {
    Instant now = clock.instant();
    Token latest = latestStable.get(appid);
    if (forceRefresh) {
      return replace(latestStable, appid, now, Duration.ZERO);
    }
    if (latest == null || !now.isBefore(latest.expiresAt().minus(ROTATE_BEFORE_EXPIRY))) {
      return replace(latestStable, appid, now, settings.current().tokenOverlap());
    }
    return latest.handedOut(now);
  }

  /** What WeChat would make of the token now. */
  public TokenStanding check(String value) {
    Token token = byValue.get(value);
    Instant now = clock.instant();
    if (token == null || token.isRetired(now)) {
      return new TokenStanding.Invalid();
    }
    return token.isExpired(now)
        ? new TokenStanding.Expired()
        : new TokenStanding.Valid(token.appid());
  }

  /** The account a token was issued to, good or not any more; null when it was never issued. */
  public @Nullable String findAppid(String value) {
    Token token = byValue.get(value);
    return token == null ? null : token.appid();
  }

  private IssuedToken replace(
      Map<String, Token> line, String appid, Instant now, Duration overlap) {
    if (++issued % ISSUES_BETWEEN_CLEANINGS == 0) {
      forgetOld(now);
    }
    Token token = new Token(newValue(), appid, now.plus(LIFETIME));
    byValue.put(token.value(), token);
    Token previous = line.put(appid, token);
    if (previous != null) {
      previous.retireAt(now.plus(overlap));
    }
    return token.handedOut(now);
  }

  private void forgetOld(Instant now) {
    byValue
        .values()
        .removeIf(
            token ->
                token.isRetired(now)
                    || token.expiresAt().plus(REMEMBERED_AFTER_EXPIRY).isBefore(now));
  }

  private String newValue() {
    // As long as the real ones, which outgrow a varchar(128).
    byte[] bytes = new byte[111];
    random.nextBytes(bytes);
    return "90_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
