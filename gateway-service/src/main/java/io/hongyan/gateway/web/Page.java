package io.hongyan.gateway.web;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, as every list call answers it.
 *
 * @param next what goes into {@code cursor} for the following part; null = this was the last
 */
public record Page<T>(List<T> items, @Nullable String next) {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;

  /**
   * The page of rows that were asked for with {@link #rowsFor(int)}: one more than the limit, which
   * tells whether there are others.
   *
   * @param cursor the place of an item in the list's order
   */
  public static <R, T> Page<T> of(
      List<R> rows, int limit, Function<R, String> cursor, Function<R, T> item) {
    boolean more = rows.size() > limit;
    List<R> shown = more ? rows.subList(0, limit) : rows;
    return new Page<>(
        shown.stream().map(item).toList(), more ? cursor.apply(shown.getLast()) : null);
  }

  /** The caller's {@code limit}, or 100; answers 422 unless it is 1 to 1,000. */
  public static int limit(@Nullable Integer asked) {
    int limit = asked == null ? DEFAULT_LIMIT : asked;
    if (limit < 1 || limit > MAX_LIMIT) {
      throw ProblemException.invalid("limit must be 1 to %d, not %d".formatted(MAX_LIMIT, limit));
    }
    return limit;
  }

  /** How many rows to read for a page. */
  public static int rowsFor(int limit) {
    return limit + 1;
  }
}
