package io.hongyan.gateway.schedule;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as the API shows it.
 *
 * @param nextRunAt null while it is disabled
 */
@JsonPropertyOrder({
  "id",
  "account",
  "cron",
  "zone",
  "enabled",
  "nextRunAt",
  "batch",
  "createdBy",
  "createdAt",
  "updatedAt"
})
record ScheduleView(
    String id,
    String account,
    String cron,
    String zone,
    boolean enabled,
    @Nullable Instant nextRunAt,
    @JsonRawValue String batch,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  static ScheduleView of(Schedule schedule) {
    return new ScheduleView(
        schedule.id(),
        schedule.accountId(),
        schedule.cron(),
        schedule.zone(),
        schedule.enabled(),
        schedule.nextRunAt(),
        schedule.batch(),
        schedule.createdBy(),
        schedule.createdAt(),
        schedule.updatedAt());
  }
}
