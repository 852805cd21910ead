package io.hongyan.chaos.isolation;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Times from a POST to WeChat.
 *
 * @param sorted ascending, at least one
 */
record Latencies(List<Duration> sorted) {

  static Latencies of(List<Duration> measured) {
    if (measured.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    return new Latencies(measured.stream().sorted().toList());
  }

  /** The smallest that so many percent do not exceed. */
  Duration percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }

  /** Cells of a table: count, p50, p99, longest. */
  String toCells() {
    return String.format(
        Locale.ROOT,
        "%,d | %d ms | %d ms | %d ms",
        sorted.size(),
        percentile(50).toMillis(),
        percentile(99).toMillis(),
        sorted.getLast().toMillis());
  }
}
