package io.hongyan.gateway.account;

import io.hongyan.common.account.QuietHours;
import io.hongyan.gateway.web.ProblemException;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@link QuietHours} in JSON, both ways.
 *
 * @param from as {@code 22:00}
 * @param to as {@code 08:00}
 * @param zone as {@code Asia/Shanghai}, which is also what it is when left out
 */
record QuietHoursText(@Nullable String from, @Nullable String to, @Nullable String zone) {

  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
  private static final String DEFAULT_ZONE = "Asia/Shanghai";

  static @Nullable QuietHoursText of(@Nullable QuietHours hours) {
    return hours == null
        ? null
        : new QuietHoursText(hours.from().toString(), hours.to().toString(), hours.zone().getId());
  }

  /** Answers 422 for a time or zone that does not exist, and for hours without an end. */
  QuietHours check() {
    LocalTime begin = time("from", from);
    LocalTime end = time("to", to);
    ProblemException.requireValid(
        !begin.equals(end),
        "quietHours.from and quietHours.to are both %s; leave quietHours out for none, pause the account for ever"
            .formatted(begin));
    return new QuietHours(begin, end, checkedZone());
  }

  private static LocalTime time(String name, @Nullable String text) {
    String given = text == null ? "" : text;
    ProblemException.requireValid(
        TIME.matcher(given).matches(),
        "quietHours.%s is needed, a time from 00:00 to 23:59, not '%s'".formatted(name, given));
    return LocalTime.parse(given);
  }

  private ZoneId checkedZone() {
    String given = zone == null ? DEFAULT_ZONE : zone;
    try {
      return ZoneId.of(given);
    } catch (DateTimeException e) {
      throw ProblemException.invalid(
          "quietHours.zone '%s' does not exist; give one like Asia/Shanghai".formatted(given));
    }
  }
}
