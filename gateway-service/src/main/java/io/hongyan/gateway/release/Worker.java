package io.hongyan.gateway.release;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * A thread that runs a {@link WorkStep} until it is stopped: at once when woken, else after the
 * pause the step asked for. Failures never end it, they only make it slower.
 */
final class Worker {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);

  private final WorkStep step;
  private final Semaphore wakeups;
  private final Outage database;
  private final Thread thread;
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * @param name the thread's name
   * @param wakeups a permit wakes one of the workers that share it
   * @param database notes when the database is away; shared by all workers
   */
  Worker(String name, WorkStep step, Semaphore wakeups, Outage database) {
    this.step = step;
    this.wakeups = wakeups;
    this.database = database;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::loop);
  }

  void start() {
    thread.start();
  }

  /** Asks the worker to end after what it is doing. */
  void stop() {
    stop.countDown();
    wakeups.release();
  }

  /** Waits for the end; false if it took longer. */
  boolean awaitEnd(Duration atMost) throws InterruptedException {
    return thread.join(atMost);
  }

  private void loop() {
    Duration backoff = FIRST_BACKOFF;
    try (step) {
      while (!isStopping()) {
        if (succeeds()) {
          backoff = FIRST_BACKOFF;
        } else {
          // Only the stop ends a backoff: new work would fail like the old.
          stop.await(backoff.toMillis(), TimeUnit.MILLISECONDS);
          backoff = min(backoff.multipliedBy(2), LONGEST_BACKOFF);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // This one may have taken the permit that was to wake another for its end.
      wakeups.release();
    }
  }

  private boolean succeeds() throws InterruptedException {
    try {
      Duration pause = step.run(this::isStopping);
      database.over();
      if (!isStopping()) {
        wakeups.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        wakeups.drainPermits();
      }
      return true;
    } catch (PublishFailedException e) {
      // Logged by the publisher, once an outage.
      return false;
    } catch (DataAccessException | TransactionException e) {
      database.failed(e);
      return false;
    } catch (RuntimeException e) {
      log.error("release step failed, tried again worker={}", thread.getName(), e);
      return false;
    }
  }

  private boolean isStopping() {
    return stop.getCount() == 0;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
