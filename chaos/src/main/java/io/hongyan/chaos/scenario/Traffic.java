package io.hongyan.chaos.scenario;

import java.time.Duration;

/**
 * How the messages of a round flow.
 *
 * @param lasts how long they take without a fault
 * @param untilMended whether small batches go on until the fault is over, however long that takes
 * @param slowUploads whether batches are uploaded slowly, so that there is something to break
 * @param slowRelease whether the batches' rates limit the release; else the accounts' rates limit
 *     the sending, and all is released at once
 */
record Traffic(Duration lasts, boolean untilMended, boolean slowUploads, boolean slowRelease) {

  /** Enough for a fault in the middle. */
  static final Traffic USUAL = new Traffic(Duration.ofSeconds(6), false, false, false);

  Traffic uploadedSlowly() {
    return new Traffic(lasts, untilMended, true, slowRelease);
  }

  Traffic releasedSlowly() {
    return new Traffic(lasts, untilMended, slowUploads, true);
  }

  Traffic goingOn() {
    return new Traffic(lasts, true, slowUploads, slowRelease);
  }

  /** A rate at which so many messages take that long; at least 1. */
  int rateFor(int messages) {
    return Math.max(1, (int) (messages * 1000L / lasts.toMillis()));
  }
}
