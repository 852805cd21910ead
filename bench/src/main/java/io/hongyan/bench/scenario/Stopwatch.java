package io.hongyan.bench.scenario;

import io.hongyan.bench.machine.CpuUse;
import io.hongyan.bench.machine.ProcessTree;
import java.util.List;
import java.util.Map;

/** Wall time and CPU time of the same stretch. */
final class Stopwatch {

  private static final double NANOS_A_SECOND = 1e9;

  private final Map<String, List<ProcessTree>> parts;
  private final CpuUse before;
  private final long begunNanos;

  private Stopwatch(Map<String, List<ProcessTree>> parts) {
    this.parts = parts;
    this.before = CpuUse.read(parts);
    this.begunNanos = System.nanoTime();
  }

  /** Begins now. */
  static Stopwatch start(Map<String, List<ProcessTree>> parts) {
    return new Stopwatch(parts);
  }

  double seconds() {
    return (System.nanoTime() - begunNanos) / NANOS_A_SECOND;
  }

  /** Ends now, with so many messages sent meanwhile. */
  Run stop(int messages) {
    double seconds = seconds();
    return new Run(messages, seconds, CpuUse.read(parts).since(before));
  }
}
