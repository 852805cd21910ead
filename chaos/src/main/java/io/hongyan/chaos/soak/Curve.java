package io.hongyan.chaos.soak;

import java.util.ArrayList;
import java.util.List;

/** One measured figure over the time of a soak, and whether it has stayed flat. */
final class Curve {

  private final String name;
  private final String unit;
  private final double slack;
  private final List<Long> values = new ArrayList<>();

  /**
   * @param slack by how much, in the unit, the end may be above the beginning without meaning
   *     anything, beside a fifth of the beginning
   */
  Curve(String name, String unit, double slack) {
    this.name = name;
    this.unit = unit;
    this.slack = slack;
  }

  void add(long value) {
    values.add(value);
  }

  /** What {@link #isFlat} goes by, for the page. */
  static String criterion() {
    return "*Flat*: the last third's median is at most a fifth, and what noise explains, above the first third's"
        + " (8 MB of live heap, 40 MB resident, 10 threads, 30 file handles, 1,000 messages).";
  }

  /** Whether the last third's median is not above the first third's by more than noise. */
  boolean isFlat() {
    return end() <= beginning() * 1.2 + slack;
  }

  private long beginning() {
    return median(values.subList(0, third()));
  }

  private long end() {
    return median(values.subList(values.size() - third(), values.size()));
  }

  private int third() {
    return Math.max(1, values.size() / 3);
  }

  private static long median(List<Long> some) {
    return some.stream().sorted().toList().get(some.size() / 2);
  }

  /** A line of a Markdown table: name, median of the first third, of the last, highest, flat. */
  String toLine() {
    if (values.isEmpty()) {
      return "| %s | - | - | - | not measured |".formatted(name);
    }
    long highest = values.stream().mapToLong(Long::longValue).max().orElse(0);
    return "| %s | %d %s | %d %s | %d %s | %s |"
        .formatted(
            name, beginning(), unit, end(), unit, highest, unit, isFlat() ? "flat" : "**grows**");
  }
}
