package io.hongyan.sender.sync;

import io.hongyan.jobs.CronTimes;
import io.hongyan.jobs.ScheduledJob;
import java.time.Instant;
import java.util.Optional;

/** A nightly job of the sender; its moments are a setting. */
abstract class CronJob implements ScheduledJob {

  private final String name;
  private final CronTimes times;

  CronJob(String name, CronTimes times) {
    this.name = name;
    this.times = times;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<Instant> lastDue(Instant now) {
    return times.lastNotAfter(now);
  }
}
