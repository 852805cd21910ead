package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.web.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which batches a list shows, for {@link BatchMapper#findPage}. Null lets all through.
 *
 * @param accounts account ids
 * @param states texts of {@link BatchState}
 * @param createdFrom the first moment
 * @param createdTo the first moment after
 * @param cursor only ids below
 */
record BatchFilter(
    @Nullable Set<String> accounts,
    @Nullable Set<String> states,
    @Nullable String template,
    @Nullable String priority,
    @Nullable String schedule,
    @Nullable Instant createdFrom,
    @Nullable Instant createdTo,
    long cursor) {

  // Beyond it PostgreSQL's timestamps end sooner than Java's.
  private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

  /** Checks that the times are in order; answers 422 otherwise. */
  BatchFilter {
    ProblemException.requireValid(
        createdFrom == null || createdTo == null || createdFrom.isBefore(createdTo),
        "createdFrom must be before createdTo");
  }

  /** Reads {@code paused,releasing}; 400 for what is not a state. */
  static @Nullable Set<String> states(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Set<String> states = new LinkedHashSet<>(Arrays.asList(text.split(",", -1)));
    for (String state : states) {
      if (BatchState.ofText(state).isEmpty()) {
        throw ProblemException.badRequest(
            "'%s' is not a state; known are %s, several with commas between them"
                .formatted(
                    state,
                    Arrays.stream(BatchState.values())
                        .map(BatchState::text)
                        .collect(Collectors.joining(", "))));
      }
    }
    return states;
  }

  /** Reads {@code normal} or {@code urgent}; 400 for anything else. */
  static @Nullable String priority(@Nullable String text) {
    if (text != null && !text.equals("normal") && !text.equals("urgent")) {
      throw ProblemException.badRequest(
          "'%s' is not a priority; known are normal, urgent".formatted(text));
    }
    return text;
  }

  /** Reads a time with an offset; 400 for anything else. */
  static @Nullable Instant moment(String parameter, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      Instant moment = OffsetDateTime.parse(text).toInstant();
      if (!moment.isBefore(Instant.EPOCH) && moment.isBefore(END)) {
        return moment;
      }
    } catch (DateTimeException e) {
      // Answered below.
    }
    throw ProblemException.badRequest(
        "'%s' must be a time with an offset between 1970 and 9999, such as 2026-12-01T09:00:00Z or 2026-12-01T09:00:00%%2B08:00 (a '+' is written %%2B in an address)"
            .formatted(parameter));
  }

  /** Reads a list's {@code next}; 400 for anything else. */
  static long cursor(@Nullable String text) {
    return text == null
        ? Long.MAX_VALUE
        : BatchId.parse(text)
            .map(BatchId::value)
            .orElseThrow(() -> ProblemException.badRequest("cursor is not one of ours"));
  }
}
