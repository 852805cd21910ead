package io.hongyan.demo;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Messages a second over the last few seconds, so that a slow start does not spoil the forecast.
 */
final class RecentRate {

  private static final Duration WINDOW = Duration.ofSeconds(3);

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** Notes how many there were after this time, and returns the rate since the window's start. */
  double after(Duration elapsed, long count) {
    samples.addLast(new Sample(elapsed, count));
    while (samples.size() > 2 && elapsed.minus(samples.getFirst().at()).compareTo(WINDOW) > 0) {
      samples.removeFirst();
    }
    Sample oldest = samples.getFirst();
    long millis = elapsed.minus(oldest.at()).toMillis();
    return millis == 0 ? 0 : (count - oldest.count()) * 1000.0 / millis;
  }

  private record Sample(Duration at, long count) {}
}
