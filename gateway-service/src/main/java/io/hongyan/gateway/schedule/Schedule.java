package io.hongyan.gateway.schedule;

import io.hongyan.jobs.CronTimes;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code schedule}.
 *
 * @param batch the JSON that each run submits, see {@link RunBody}
 * @param nextRunAt null while it is disabled
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
