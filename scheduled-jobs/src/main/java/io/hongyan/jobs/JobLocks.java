package io.hongyan.jobs;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.support.LockException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/**
 * The locks of jobs in table {@code shedlock}, by the database's time. While a job runs its lock is
 * extended again and again, so that it may take as long as it likes; with its end the lock is free
 * at once, so that the next run is not kept waiting. Thread-safe.
 */
final class JobLocks implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(JobLocks.class);
  // ShedLock's own keep-alive extends once in the lock's time and gives up after a failed attempt.
  private static final int EXTENSIONS_IN_ITS_TIME = 3;

  private final JdbcTemplateLockProvider database;
  private final Duration atMost;
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("job-locks").factory());

  /**
   * @param instance unlike any other's, or it would extend and end their locks
   * @param atMost how long a lock lives without being extended
   */
  JobLocks(DataSource dataSource, String instance, Duration atMost) {
    this.database =
        new JdbcTemplateLockProvider(
            JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(dataSource))
                .withLockedByValue(instance)
                .usingDbTime()
                .build());
    this.atMost = atMost;
  }

  /**
   * Takes the job's lock, kept alive until it is closed; empty if another instance has it.
   *
   * @param onLost called once from another thread if the lock could not be kept, as after a long
   *     outage of the database or of this process: another instance may have it then
   */
  Optional<JobLock> tryLock(String job, Runnable onLost) {
    return database
        .lock(new LockConfiguration(ClockProvider.now(), job, atMost, Duration.ZERO))
        .map(
            lock -> {
              JobLock kept = new JobLock(job, lock, onLost);
              kept.keep();
              return kept;
            });
  }

  /** Extends no lock any more; those held run out by themselves. */
  @Override
  public void close() {
    keeper.shutdownNow();
  }

  /** A lock that this instance has until it closes or loses it. */
  final class JobLock implements AutoCloseable {

    private final String job;
    private final Runnable onLost;
    private SimpleLock lock;
    private @Nullable ScheduledFuture<?> keeping;
    private State state = State.HELD;

    private JobLock(String job, SimpleLock lock, Runnable onLost) {
      this.job = job;
      this.lock = lock;
      this.onLost = onLost;
    }

    private synchronized void keep() {
      long period = Math.max(1, atMost.toMillis() / EXTENSIONS_IN_ITS_TIME);
      keeping = keeper.scheduleAtFixedRate(this::extend, period, period, TimeUnit.MILLISECONDS);
    }

    private synchronized void extend() {
      if (state != State.HELD) {
        return;
      }
      Optional<SimpleLock> longer;
      try {
        longer = lock.extend(atMost, Duration.ZERO);
      } catch (DataAccessException | TransactionException | LockException e) {
        log.warn("job lock not extended, tried again job={} cause={}", job, e.toString());
        return;
      }
      if (longer.isPresent()) {
        lock = longer.get();
      } else {
        log.error("job lock lost, its job is interrupted job={}", job);
        end(State.LOST);
        onLost.run();
      }
    }

    /** Whether another instance may have it. */
    synchronized boolean isLost() {
      return state == State.LOST;
    }

    /** Gives the lock back; after it the job is not told any more that it lost it. */
    @Override
    public synchronized void close() {
      if (state == State.HELD) {
        end(State.CLOSED);
        lock.unlock();
      }
    }

    private void end(State end) {
      state = end;
      if (keeping != null) {
        keeping.cancel(false);
      }
    }
  }

  private enum State {
    HELD,
    LOST,
    CLOSED
  }
}
