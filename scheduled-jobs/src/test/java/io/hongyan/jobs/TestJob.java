package io.hongyan.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A job of a name that no other test uses, due every interval, which notes what it was run for. */
final class TestJob implements ScheduledJob {

  private final String name;
  private final EveryTimes times;
  private final Work work;
  private final List<Instant> begun = new CopyOnWriteArrayList<>();

  TestJob(String name, Duration interval, Work work) {
    this.name = name;
    this.times = new EveryTimes(interval);
    this.work = work;
  }

  static String newName() {
    return "job-" + UUID.randomUUID();
  }

  /** What it does. */
  interface Work {
    String run() throws Exception;
  }

  /** The moments that runs were begun for, in the order they were begun. */
  List<Instant> begun() {
    return begun;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<Instant> lastDue(Instant now) {
    return Optional.of(times.lastNotAfter(now));
  }

  @Override
  public String run(Instant due) throws Exception {
    begun.add(due);
    return work.run();
  }
}
