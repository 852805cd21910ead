package io.hongyan.bench.machine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU time of each part of the stack over a stretch of time.
 *
 * @param byPart in the order in which a message meets them
 */
public record CpuUse(Map<String, Duration> byPart) {

  /** A reading of counters that only grow; {@link #since} makes a stretch of two. */
  public static CpuUse read(Map<String, List<ProcessTree>> parts) {
    Map<String, Duration> readings = new LinkedHashMap<>();
    parts.forEach(
        (name, trees) ->
            readings.put(
                name, trees.stream().map(ProcessTree::cpu).reduce(Duration.ZERO, Duration::plus)));
    return new CpuUse(readings);
  }

  /** What was used between that reading and this one. */
  public CpuUse since(CpuUse earlier) {
    Map<String, Duration> used = new LinkedHashMap<>();
    byPart.forEach(
        (name, reading) ->
            used.put(name, reading.minus(earlier.byPart.getOrDefault(name, Duration.ZERO))));
    return new CpuUse(used);
  }

  /** Of these parts only. */
  public CpuUse of(List<String> parts) {
    Map<String, Duration> some = new LinkedHashMap<>(byPart);
    some.keySet().retainAll(parts);
    return new CpuUse(some);
  }

  /** Microseconds a message of one part; 0 for one that was not there. */
  public double microsPerMessage(String part, int messages) {
    return byPart.getOrDefault(part, Duration.ZERO).toNanos() / 1_000.0 / messages;
  }

  /** Of all parts together. */
  public double microsPerMessage(int messages) {
    return byPart.values().stream().mapToLong(Duration::toNanos).sum() / 1_000.0 / messages;
  }
}
