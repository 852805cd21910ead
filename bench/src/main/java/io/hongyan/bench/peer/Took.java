package io.hongyan.bench.peer;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * How long a run took.
 *
 * @param parts where a run measures more than one thing, how long each took; else empty
 */
record Took(double seconds, Map<String, Double> parts) {

  private static final double NANOS_A_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** From a reading of System.nanoTime() until now. */
  static Took since(long begunNanos) {
    return new Took(secondsSince(begunNanos), Map.of());
  }

  /** The parts one after the other. */
  static Took ofParts(Map<String, Double> parts) {
    return new Took(
        parts.values().stream().mapToDouble(Double::doubleValue).sum(), new TreeMap<>(parts));
  }

  static double secondsSince(long begunNanos) {
    return (System.nanoTime() - begunNanos) / NANOS_A_SECOND;
  }
}
