package io.hongyan.jobs;

import io.hongyan.jobs.JobLocks.JobLock;
import io.hongyan.jobs.JobRuns.Result;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import net.javacrumbs.shedlock.support.LockException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Runs every {@link ScheduledJob} of this instance whose moment has come, unless another instance
 * did or does. One thread looks; each job runs on a thread of its own, under its lock, with its row
 * in {@code scheduler_log}. What a dead instance had begun is taken over when its lock has run out.
 */
final class ScheduledJobs implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ScheduledJobs.class);
  private static final int LONGEST_NAME = 64; // shedlock.name
  private static final int LONGEST_REMARK = 500;
  private static final Duration STOP_WAIT = Duration.ofSeconds(10);
  // Ends what would fail so for ever, as a statement that always takes longer than its timeout.
  private static final Duration TRIED_AGAIN_FOR = Duration.ofHours(1);

  private final Map<String, ScheduledJob> jobs = new LinkedHashMap<>();
  private final JobLocks locks;
  private final JobRuns runs;
  private final Duration poll;
  private final Clock clock;
  // The moment of each job that was last found to be over, so that it costs no more queries.
  private final Map<String, Instant> over = new ConcurrentHashMap<>();
  private final Map<String, Thread> running = new ConcurrentHashMap<>();
  private final AtomicBoolean databaseAway = new AtomicBoolean();
  private volatile @Nullable Thread looker;

  /** Names of jobs must be 1 to 64 characters, each given once. */
  ScheduledJobs(List<ScheduledJob> jobs, JobLocks locks, JobRuns runs, Duration poll, Clock clock) {
    for (ScheduledJob job : jobs) {
      String name = job.name();
      if (name.isEmpty() || name.length() > LONGEST_NAME) {
        throw new IllegalArgumentException(
            "a job's name has 1 to %d characters: '%s'".formatted(LONGEST_NAME, name));
      }
      if (this.jobs.put(name, job) != null) {
        throw new IllegalArgumentException("two jobs are called '%s'".formatted(name));
      }
    }
    this.locks = locks;
    this.runs = runs;
    this.poll = poll;
    this.clock = clock;
  }

  @Override
  public void start() {
    if (jobs.isEmpty()) {
      return;
    }
    Thread thread = Thread.ofPlatform().name("scheduled-jobs").unstarted(this::loop);
    looker = thread; // before it runs: it goes on only while it is the looker
    thread.start();
    log.info("scheduled jobs started jobs={}", jobs.keySet());
  }

  /** Interrupts what is running; it is left to another instance, which takes it over at once. */
  @Override
  public void stop() {
    Thread thread = looker;
    if (thread == null) {
      return;
    }
    looker = null;
    thread.interrupt();
    try {
      thread.join(STOP_WAIT);
      running.values().forEach(Thread::interrupt);
      for (Map.Entry<String, Thread> job : running.entrySet()) {
        if (!job.getValue().join(STOP_WAIT)) {
          log.warn("job did not end in time, its lock runs out by itself job={}", job.getKey());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return looker != null;
  }

  private void loop() {
    while (looker == Thread.currentThread()) {
      jobs.values().forEach(this::look);
      try {
        Thread.sleep(poll);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look(ScheduledJob job) {
    String name = job.name();
    if (running.containsKey(name)) {
      return;
    }
    try {
      // The database's precision, so that the moment is found again.
      job.lastDue(clock.instant())
          .map(due -> due.truncatedTo(ChronoUnit.MICROS))
          .filter(due -> isNews(name, due))
          .ifPresent(due -> begin(job, due));
    } catch (RuntimeException e) {
      log.error("job cannot say when it is due, not run job={}", name, e);
    }
  }

  private boolean isNews(String name, Instant due) {
    // Also an earlier one than the last: the clock may have been ahead for a moment.
    return !due.equals(over.get(name));
  }

  private void begin(ScheduledJob job, Instant due) {
    Thread thread = Thread.ofVirtual().name("job-" + job.name()).unstarted(() -> attempt(job, due));
    running.put(job.name(), thread);
    thread.start();
  }

  private void attempt(ScheduledJob job, Instant due) {
    String name = job.name();
    try {
      if (runs.isOver(name, due)) {
        over.put(name, due);
      } else {
        Optional<JobLock> lock = locks.tryLock(name, Thread.currentThread()::interrupt);
        if (lock.isPresent()) {
          runLocked(job, due, lock.get());
        }
      }
      databaseAway.set(false);
    } catch (DataAccessException | TransactionException | LockException e) {
      // One line for each outage, not one for each look.
      if (!databaseAway.getAndSet(true)) {
        log.warn("database away, jobs wait for it job={} cause={}", name, e.toString());
      }
    } catch (RuntimeException e) {
      log.error("job not run, tried again job={} due={}", name, due, e);
    } finally {
      running.remove(name);
    }
  }

  private void runLocked(ScheduledJob job, Instant due, JobLock lock) {
    try {
      Optional<Long> run = runs.begin(job.name(), due); // looks again: it may be over by now
      if (run.isEmpty() || run(job, due, run.get(), lock)) {
        over.put(job.name(), due);
      }
    } finally {
      Thread.interrupted(); // or the lock could not be given back
      lock.close();
    }
  }

  /**
   * Whether the run is over; false if it was stopped or the database broke it off, for whoever gets
   * the lock to do again.
   */
  private boolean run(ScheduledJob job, Instant due, long run, JobLock lock) {
    log.info("job begins job={} due={}", job.name(), due);
    long started = System.nanoTime();
    Result result;
    String remark;
    try {
      remark = job.run(due);
      result = Result.DONE;
    } catch (Throwable e) { // an Error, too, would otherwise be run into again at the next look
      if (looker == null || lock.isLost()) {
        log.warn("job stopped, run again by whoever gets its lock job={} due={}", job.name(), due);
        return false;
      }
      if (mayPass(e) && clock.instant().isBefore(due.plus(TRIED_AGAIN_FOR))) {
        log.warn(
            "job broken off by the database, run again job={} due={} cause={}",
            job.name(),
            due,
            e.toString());
        return false;
      }
      log.error("job failed job={} due={}", job.name(), due, e);
      remark = describe(e);
      result = Result.FAILED;
    }
    Thread.interrupted(); // a lock lost at the last moment must not keep the end from being noted
    note(job, due, run, result, shortened(remark));
    log.info(
        "job ended job={} due={} result={} took_ms={}",
        job.name(),
        due,
        result,
        (System.nanoTime() - started) / 1_000_000);
    return true;
  }

  /** Notes the end, if need be when the database is back: the lock is kept until then. */
  private void note(ScheduledJob job, Instant due, long run, Result result, String remark) {
    while (true) {
      try {
        if (!runs.finish(run, result, remark)) {
          log.warn("job was taken over meanwhile job={} due={}", job.name(), due);
        }
        return;
      } catch (DataAccessException | TransactionException e) {
        log.warn(
            "job's end not noted, tried again job={} due={} cause={}",
            job.name(),
            due,
            e.toString());
        if (looker == null) {
          throw e;
        }
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(poll);
    } catch (InterruptedException e) {
      // Stopped, which the caller sees, or the lock was lost; the end is to be noted all the same.
    }
  }

  /** Whether it failed for the database's state of a moment. */
  private static boolean mayPass(Throwable failure) {
    // Mappers wrap what says so.
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataAccessResourceFailureException
          || cause instanceof TransientDataAccessException
          || cause instanceof TransactionException) {
        return true;
      }
    }
    return false;
  }

  private static String describe(Throwable failure) {
    return "%s: %s".formatted(failure.getClass().getSimpleName(), failure.getMessage());
  }

  // PostgreSQL's text has no NUL.
  private static String shortened(String remark) {
    String storable = remark.replace('\0', ' ');
    return storable.length() <= LONGEST_REMARK
        ? storable
        : storable.substring(0, LONGEST_REMARK - 1) + "…";
  }
}
