package io.hongyan.jobs;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/** One of several running instances, as the auto-configuration would make it. */
record Instance(JobLocks locks, ScheduledJobs jobs) implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);

  /** Starts one whose locks live so long without being extended. */
  static Instance start(String name, Duration lockAtMost, Clock clock, ScheduledJob... jobs) {
    return start(name, lockAtMost, clock, TestDatabase.dataSource(), jobs);
  }

  static Instance start(
      String name, Duration lockAtMost, Clock clock, DataSource dataSource, ScheduledJob... jobs) {
    JobLocks locks = new JobLocks(dataSource, name, lockAtMost);
    ScheduledJobs scheduled =
        new ScheduledJobs(List.of(jobs), locks, new JobRuns(dataSource, name, clock), POLL, clock);
    scheduled.start();
    return new Instance(locks, scheduled);
  }

  /** As a frozen machine: its lock is not extended any more, but its job believes it runs. */
  void freeze() {
    locks.close();
  }

  @Override
  public void close() {
    jobs.stop();
    locks.close();
  }
}
