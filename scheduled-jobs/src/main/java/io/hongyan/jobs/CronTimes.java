package io.hongyan.jobs;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/**
 * The moments of a cron expression in a time zone, the same on every instance whatever moment it
 * asks from. Each local time fires once: where the clock is set back its first occurrence counts,
 * and where the clock is set forward a time that does not exist fires at the end of the gap.
 * Immutable.
 */
public final class CronTimes {

  // The calendar repeats after 400 years.
  private static final Duration WHOLE_CALENDAR = Duration.ofDays(400 * 366);

  private final CronExpression cron;
  private final ZoneId zone;

  private CronTimes(CronExpression cron, ZoneId zone) {
    this.cron = cron;
    this.zone = zone;
  }

  /**
   * Reads an expression as Spring does.
   *
   * @param cron second, minute, hour, day of month, month, day of week, e.g. {@code 0 30 3 * * *};
   *     a day must fit both day fields; also {@code L}, {@code #} and {@code @daily}
   * @throws IllegalArgumentException if it cannot be read; the message says what is wrong
   */
  public static CronTimes of(String cron, ZoneId zone) {
    return new CronTimes(CronExpression.parse(cron), zone);
  }

  /** The first moment after this one; empty if the expression never fires. */
  public Optional<Instant> next(Instant after) {
    LocalDateTime local = cron.next(LocalDateTime.ofInstant(after, zone));
    while (local != null) {
      Instant moment = moment(local);
      if (moment.isAfter(after)) {
        return Optional.of(moment);
      }
      // In the hour that is repeated after the clock was set back.
      local = cron.next(local);
    }
    return Optional.empty();
  }

  /** The last moment at or before this one; empty if the expression never fires. */
  public Optional<Instant> lastNotAfter(Instant now) {
    if (next(now).isEmpty()) {
      return Optional.empty();
    }
    // Back in doubled steps until something fires, so that rare expressions take few looks too.
    Duration span = Duration.ofSeconds(1);
    Instant quietSince = now;
    Instant before = now.minus(span);
    while (!firesUpTo(before, now)) {
      if (span.compareTo(WHOLE_CALENDAR) > 0) {
        return Optional.empty();
      }
      quietSince = before;
      span = span.multipliedBy(2);
      before = now.minus(span);
    }
    return Optional.of(lastBetween(before, quietSince, now));
  }

  /**
   * The last moment up to now by bisection: something fires after {@code before}, nothing after
   * {@code quietSince}.
   */
  private Instant lastBetween(Instant before, Instant quietSince, Instant now) {
    Instant last = next(before).orElseThrow();
    Instant quiet = quietSince;
    while (firesUpTo(last, now)) {
      Instant middle = last.plus(Duration.between(last, quiet).dividedBy(2));
      if (firesUpTo(middle, now)) {
        last = next(middle).orElseThrow();
      } else {
        quiet = middle;
        last = next(last).orElseThrow();
      }
    }
    return last;
  }

  private boolean firesUpTo(Instant after, Instant now) {
    return next(after).filter(moment -> !moment.isAfter(now)).isPresent();
  }

  private Instant moment(LocalDateTime local) {
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    return change != null && change.isGap()
        ? change.getInstant()
        : local.atZone(zone).toInstant(); // in an overlap the earlier offset
  }
}
