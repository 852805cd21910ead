package io.hongyan.gateway.loop;

import io.hongyan.gateway.web.DatabaseAway;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/**
 * A thread that works in rounds until it is stopped. A round that fails is tried again after a
 * while; a database that is away is logged once, not at each round. Thread-safe.
 */
public final class WorkLoop {

  private static final Logger log = LoggerFactory.getLogger(WorkLoop.class);

  private final String name;
  private final Supplier<Duration> round;
  private final Duration backoff;
  private final Semaphore wakeups = new Semaphore(0);
  private volatile @Nullable Thread worker;
  private boolean databaseAway; // the worker's own

  /**
   * @param name the thread's, also for the log
   * @param round gives the pause until the next one
   * @param backoff the pause after a round that failed
   */
  public WorkLoop(String name, Supplier<Duration> round, Duration backoff) {
    this.name = name;
    this.round = round;
    this.backoff = backoff;
  }

  /** Begins with a round. */
  public void start() {
    Thread thread = Thread.ofPlatform().name(name).unstarted(this::loop);
    worker = thread; // before it runs: it goes on only while it is the worker
    thread.start();
  }

  /** Ends the pause, unless it is one after a failure. */
  public void wake() {
    // One permit is enough for any number of calls; one too many is one round too many.
    if (wakeups.availablePermits() == 0) {
      wakeups.release();
    }
  }

  /**
   * Lets the round in hand end, for an interrupt would break its connection. Does nothing if the
   * loop does not run.
   *
   * @return false if the round took longer, and goes on
   */
  public boolean stop(Duration atMost) throws InterruptedException {
    Thread thread = worker;
    worker = null;
    wakeups.release();
    return thread == null || thread.join(atMost);
  }

  /** Whether it was started and not stopped; a round may ask whether to end early. */
  public boolean isRunning() {
    return worker != null;
  }

  private void loop() {
    try {
      while (worker == Thread.currentThread()) {
        pause(runRound());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The pause; null if the round failed. */
  private @Nullable Duration runRound() {
    try {
      Duration pause = round.get();
      databaseAway = false;
      return pause;
    } catch (RuntimeException e) {
      if (!DatabaseAway.isCauseOf(e)) {
        log.error("{} failed, tried again", name, e);
      } else if (!databaseAway) {
        log.warn(
            "database away, {} wait for it cause={}",
            name,
            NestedExceptionUtils.getMostSpecificCause(e).toString());
        databaseAway = true;
      }
      return null;
    }
  }

  private void pause(@Nullable Duration asked) throws InterruptedException {
    long deadline = System.nanoTime() + (asked == null ? backoff : asked).toNanos();
    boolean woken;
    do {
      woken = wakeups.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      wakeups.drainPermits();
      // After a failure only the stop ends it early: new work would fail like the old.
    } while (woken && asked == null && worker == Thread.currentThread());
  }
}
