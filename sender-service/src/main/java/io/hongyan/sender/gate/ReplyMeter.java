package io.hongyan.sender.gate;

import java.time.Clock;
import java.time.Instant;

/**
 * Counts an account's replies of the last ten seconds on this sender: how fast it goes, and whether
 * WeChat answers "busy" in a burst. Thread-safe.
 */
final class ReplyMeter {

  private static final int SECONDS = 10;
  // Fewer than this is WeChat's everyday noise, for which a retry is enough.
  private static final int BURST = 20;

  private final Clock clock;
  private final long[] second = new long[SECONDS];
  private final int[] replies = new int[SECONDS];
  private final int[] busy = new int[SECONDS];

  ReplyMeter(Clock clock) {
    this.clock = clock;
  }

  private Instant last = Instant.MIN;

  synchronized void count(boolean wasBusy) {
    last = clock.instant();
    long now = last.getEpochSecond();
    int slot = (int) (now % SECONDS);
    if (second[slot] != now) {
      second[slot] = now;
      replies[slot] = 0;
      busy[slot] = 0;
    }
    replies[slot]++;
    busy[slot] += wasBusy ? 1 : 0;
  }

  /** When the last reply came; {@link Instant#MIN} if there was none. */
  synchronized Instant last() {
    return last;
  }

  synchronized boolean isBusyBurst() {
    int busyReplies = sum(busy);
    return busyReplies >= BURST && busyReplies * 2 >= sum(replies);
  }

  /** Replies a second, 1 at least, over the seconds in which there were any. */
  synchronized int perSecond() {
    long now = clock.instant().getEpochSecond();
    int seconds = 0;
    for (int slot = 0; slot < SECONDS; slot++) {
      seconds += now - second[slot] < SECONDS ? 1 : 0;
    }
    return Math.max(1, sum(replies) / Math.max(1, seconds));
  }

  private int sum(int[] counts) {
    long now = clock.instant().getEpochSecond();
    int total = 0;
    for (int slot = 0; slot < SECONDS; slot++) {
      total += now - second[slot] < SECONDS ? counts[slot] : 0;
    }
    return total;
  }
}
