package io.hongyan.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The same thing measured in several rounds.
 *
 * @param sorted from the smallest, at least one
 */
public record Figures(List<Double> sorted) {

  private static final double ROUNDING = 1e-9;

  public Figures {
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = sorted.stream().sorted().toList();
  }

  /** One figure of each round. */
  public static <R> Figures of(List<R> rounds, ToDoubleFunction<R> figure) {
    return new Figures(rounds.stream().map(figure::applyAsDouble).toList());
  }

  /** The middle one, or the mean of the two in the middle. */
  public double median() {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The value that this share of the figures does not exceed; percent from above 0 to 100. */
  public double percentile(double percent) {
    // 99.9 has no exact form: a hair too much must not make it the next one.
    return sorted.get((int) Math.ceil(percent / 100 * sorted.size() - ROUNDING) - 1);
  }

  /** Median and spread, {@code 9,812 (9,400-10,020)}. */
  public String toCell(int decimals) {
    return "%s (%s-%s)"
        .formatted(
            text(median(), decimals),
            text(sorted.getFirst(), decimals),
            text(sorted.getLast(), decimals));
  }

  /** A number with thousands apart. */
  public static String text(double number, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", number);
  }
}
