package io.hongyan.simulator.callback;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long answers took, in steps of an eighth: enough to tell 8 ms from 9 without keeping each.
 * Thread-safe.
 */
final class AnswerTimes {

  private static final int STEP_BITS = 3;
  private static final int STEPS = 1 << STEP_BITS;

  private final AtomicLongArray counts = new AtomicLongArray((Long.SIZE - STEP_BITS) * STEPS);

  void add(long nanos) {
    counts.incrementAndGet(indexOf(TimeUnit.NANOSECONDS.toMicros(Math.max(0, nanos))));
  }

  /**
   * Within which time this share of the answers came, in microseconds, rounded up to the step's
   * end; 0 when there was none.
   */
  long within(double share) {
    long total = 0;
    for (int i = 0; i < counts.length(); i++) {
      total += counts.get(i);
    }
    long wanted = (long) Math.ceil(total * share);
    long seen = 0;
    for (int i = 0; i < counts.length() && wanted > 0; i++) {
      seen += counts.get(i);
      if (seen >= wanted) {
        return firstOf(i + 1) - 1;
      }
    }
    return 0;
  }

  /** Values below {@value #STEPS} have a step each, every power of two above has as many. */
  private static int indexOf(long value) {
    if (value < STEPS) {
      return (int) value;
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - STEP_BITS;
    return power * STEPS + (int) (value >>> power);
  }

  private static long firstOf(int index) {
    if (index < 2 * STEPS) {
      return index;
    }
    int power = index / STEPS - 1;
    return (long) (index % STEPS + STEPS) << power;
  }
}
