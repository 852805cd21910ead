package io.hongyan.stack.http;

import java.time.Duration;

/** A moment up to which something is tried again; by the monotonic clock. */
public final class Deadline {

  private final long startNanos = System.nanoTime();
  private final Duration limit;

  private Deadline(Duration limit) {
    this.limit = limit;
  }

  public static Deadline in(Duration limit) {
    return new Deadline(limit);
  }

  /** Lets so much time pass; an interrupt ends it and is kept. */
  public static void pass(Duration time) {
    in(time).pause(time);
  }

  /** Also over once the thread is interrupted. */
  public boolean isOver() {
    return Thread.currentThread().isInterrupted() || waited().compareTo(limit) >= 0;
  }

  /** Time since the deadline was set. */
  public Duration waited() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** Waits, but not past the deadline; an interrupt ends it and is kept. */
  public void pause(Duration pause) {
    Duration left = limit.minus(waited());
    Duration shorter = left.compareTo(pause) < 0 ? left : pause;
    if (shorter.isPositive()) {
      try {
        Thread.sleep(shorter);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
