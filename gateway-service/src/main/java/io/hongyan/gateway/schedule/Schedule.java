package io.hongyan.gateway.schedule;

import io.hongyan.jobs.CronTimes;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code schedule}.
 *
 * @param batch the JSON that each run submits, see {@link RunBody}
 * @param nextRunAt null while it is disabled, or if its moments cannot be reckoned
 * @param createdBy id of the API key
 */
record Schedule(
    String id,
    String accountId,
    String cron,
    String zone,
    String batch,
    Boolean enabled,
    @Nullable Instant nextRunAt,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  /** When it runs. */
  CronTimes times() {
    return CronTimes.of(cron, ZoneId.of(zone));
  }

  /** Whether it and one that was stored before run at the same moments. */
  boolean runsAtTheMomentsOf(Schedule before) {
    return enabled
        && before.nextRunAt != null
        && cron.equals(before.cron)
        && zone.equals(before.zone);
  }

  /** The same with another next run. */
  Schedule runningNextAt(@Nullable Instant next) {
    return new Schedule(
        id, accountId, cron, zone, batch, enabled, next, createdBy, createdAt, updatedAt);
  }

  /** Its name in {@code scheduler_log.job}. */
  String job() {
    return job(id);
  }

  static String job(String id) {
    return "schedule/" + id;
  }

  /** Where it stands in the audit log. */
  static String subject(String id) {
    return "schedule/" + id;
  }
}
