package io.hongyan.gateway.config;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a copy of the database again, one reader at a time. Registries use it: on events and polls
 * unconditionally, and when something is not found, at most once an interval. Thread-safe.
 */
public final class SharedReload {

  private final Runnable reload;
  private final long missIntervalNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private long startedNanos;
  private @Nullable RuntimeException failure;
  private boolean everStarted;

  /**
   * @param reload reads everything and replaces the copy; throws if it cannot
   */
  public SharedReload(Runnable reload, Duration missInterval) {
    this.reload = reload;
    this.missIntervalNanos = missInterval.toNanos();
  }

  /** Reads everything now; throws what the reload throws. */
  public void now() {
    lock.lock();
    try {
      run();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns after a reload that began later than this call, so that a change committed before it is
   * seen. Waits up to the miss interval for its turn and shares the reload with others who wait;
   * throws what that reload threw.
   */
  public void afterMiss() {
    long asked = System.nanoTime();
    lock.lock();
    try {
      if (!everStarted || startedNanos - asked < 0) {
        awaitTurn();
        run();
      } else if (failure != null) {
        throw failure;
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitTurn() {
    long wait = everStarted ? startedNanos + missIntervalNanos - System.nanoTime() : 0;
    if (wait > 0) {
      try {
        Thread.sleep(Duration.ofNanos(wait));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting to read settings again", e);
      }
    }
  }

  private void run() {
    everStarted = true;
    startedNanos = System.nanoTime();
    failure = null;
    try {
      reload.run();
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }
}
