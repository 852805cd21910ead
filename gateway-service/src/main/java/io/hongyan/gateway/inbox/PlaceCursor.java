package io.hongyan.gateway.inbox;

import io.hongyan.gateway.web.ProblemException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list by time: a moment, and what decides among those of the same moment. Written
 * {@code <epoch milliseconds>.<text>}.
 *
 * @param text an account's id, or a message's in its 13-character form
 */
record PlaceCursor(Instant at, String text) {

  // Sorts behind every account id.
  private static final PlaceCursor START =
      new PlaceCursor(Instant.parse("9999-12-31T00:00:00Z"), "~");

  static String of(Instant at, String text) {
    return "%d.%s".formatted(at.toEpochMilli(), text);
  }

  /** Reads {@link #of}; the beginning of the list if there is none, 400 for anything else. */
  static PlaceCursor parse(@Nullable String cursor) {
    if (cursor == null) {
      return START;
    }
    int dot = cursor.indexOf('.');
    try {
      if (dot > 0 && dot < 16) {
        return new PlaceCursor(
            Instant.ofEpochMilli(Long.parseLong(cursor.substring(0, dot))),
            cursor.substring(dot + 1));
      }
    } catch (NumberFormatException e) {
      // Answered below.
    }
    throw notOurs();
  }

  /** The message's id; 400 if the cursor is of another list. */
  long id() {
    return this.equals(START)
        ? Long.MAX_VALUE
        : InboxId.parse(text).orElseThrow(PlaceCursor::notOurs).value();
  }

  private static ProblemException notOurs() {
    return ProblemException.badRequest("cursor is not one of ours");
  }
}
