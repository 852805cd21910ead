package io.hongyan.jobs;

import java.time.Duration;
import java.time.Instant;

/**
 * The moments of a fixed interval, counted from 1970 so that every instance reckons the same ones.
 *
 * @param interval at least a millisecond
 */
public record EveryTimes(Duration interval) {

  /** Checks the interval. */
  public EveryTimes {
    if (interval.toMillis() < 1) {
      throw new IllegalArgumentException("an interval must be at least 1 ms, not " + interval);
    }
  }

  /** The last moment at or before this one. */
  public Instant lastNotAfter(Instant now) {
    long millis = now.toEpochMilli();
    return Instant.ofEpochMilli(millis - Math.floorMod(millis, interval.toMillis()));
  }
}
