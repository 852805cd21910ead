package io.hongyan.gateway.callback;

import io.hongyan.gateway.web.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list that is kept by the day: the key of its row.
 *
 * @param receivedAt to the microsecond, as PostgreSQL keeps it
 */
record HistoryPlace(Instant receivedAt, long id) {

  private static final Pattern CURSOR = Pattern.compile("([0-9]{1,17})_(-?[0-9]{1,19})");

  // Later than any row; PostgreSQL's range ends before Instant's.
  private static final HistoryPlace BEGINNING =
      new HistoryPlace(Instant.parse("2200-01-01T00:00:00Z"), Long.MAX_VALUE);

  /**
   * Reads a caller's cursor; null = the beginning of the list. Answers 400 if it is none of ours.
   */
  static HistoryPlace of(@Nullable String cursor) {
    if (cursor == null) {
      return BEGINNING;
    }
    Matcher parts = CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw unknown();
    }
    try {
      return new HistoryPlace(
          Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS),
          Long.parseLong(parts.group(2)));
    } catch (NumberFormatException | DateTimeException e) {
      throw unknown();
    }
  }

  /** The place as a cursor. */
  String text() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, receivedAt) + "_" + id;
  }

  private static ProblemException unknown() {
    return ProblemException.badRequest("cursor is not one of ours");
  }
}
