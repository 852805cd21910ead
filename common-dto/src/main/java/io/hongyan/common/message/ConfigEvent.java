package io.hongyan.common.message;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells running instances that something in PostgreSQL changed, so that they read it now and not at
 * the next poll. Losing one costs time only.
 *
 * @param id the account's id, the API key's id, the batch's id or the inbox's revision
 */
public record ConfigEvent(Kind kind, String id) {

  /** What changed. */
  public enum Kind {
    /** An account, one of its templates, its pause or its gate. */
    ACCOUNT,
    /** An API key was made or revoked. */
    API_KEY,
    /** A batch was paused, resumed or cancelled. */
    BATCH,
    /** An announcement of the in-app inbox was published, edited or withdrawn. */
    INBOX
  }

  /** The event as an AMQP body, e.g. {@code account mall}. */
  public byte[] encode() {
    return (kind.name().toLowerCase(Locale.ROOT) + " " + id).getBytes(StandardCharsets.UTF_8);
  }

  /** Reads {@link #encode()}; empty if this version does not know the event. */
  public static Optional<ConfigEvent> decode(byte[] body) {
    String[] parts = new String(body, StandardCharsets.UTF_8).split(" ", 2);
    for (Kind kind : Kind.values()) {
      if (parts.length == 2 && kind.name().toLowerCase(Locale.ROOT).equals(parts[0])) {
        return Optional.of(new ConfigEvent(kind, parts[1]));
      }
    }
    return Optional.empty();
  }
}
