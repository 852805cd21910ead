package io.hongyan.gateway.schedule;

import io.hongyan.gateway.web.ProblemException;
import io.hongyan.jobs.CronTimes;
import java.time.DateTimeException;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Body of {@code PUT /v1/schedules/{id}}.
 *
 * @param enabled null = true
 */
record PutScheduleRequest(
    @Nullable String cron,
    @Nullable String zone,
    @Nullable Boolean enabled,
    @Nullable JsonNode batch) {

  private static final int MAX_CRON = 200;
  private static final int CRON_FIELDS = 6;

  /** When it is to run; 400 for a cron that cannot be read, 422 for a zone that does not exist. */
  CronTimes times() {
    ZoneId place = checkedZone();
    String text = checkedCron();
    try {
      return CronTimes.of(text, place);
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(
          "cron cannot be read: %s. It takes second, minute, hour, day of month, month and day of week, such as '0 0 9 * * MON-FRI'"
              .formatted(e.getMessage()));
    }
  }

  /** The cron expression as it is stored. */
  String checkedCron() {
    String text = cron == null ? "" : cron.strip();
    ProblemException.requireValid(
        !text.isEmpty() && text.length() <= MAX_CRON,
        "cron is needed, such as '0 0 9 * * MON-FRI', with at most %d characters"
            .formatted(MAX_CRON));
    // Not completed silently: crontab and this differ in more, as when both days are given.
    if (text.split("\\s+").length == CRON_FIELDS - 1) {
      throw ProblemException.badRequest(
          "cron '%s' has five fields; it takes six, with the second first: '0 %s'"
              .formatted(text, text));
    }
    return text;
  }

  /** The zone as it is stored. */
  ZoneId checkedZone() {
    ProblemException.requireValid(
        zone != null && !zone.isBlank(), "zone is needed, such as 'Asia/Shanghai'");
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw ProblemException.invalid(
          "There is no time zone '%s'; it takes names such as 'Asia/Shanghai' or 'UTC'"
              .formatted(zone));
    }
  }

  boolean isEnabled() {
    return enabled == null || enabled;
  }
}
