package io.hongyan.common.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Quiet hours of any times, in zones that set their clocks, near the nights in which they do. */
class QuietHoursPropertyTest {

  private static final int DAY = 24 * 60;
  private static final Duration STEP = Duration.ofMinutes(1);

  @Provide
  Arbitrary<ZoneId> zones() {
    // By an hour, by half an hour, by a whole day (Samoa, 2011-12-30), and not at all.
    return Arbitraries.of(
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Asia/Shanghai",
            "UTC")
        .map(ZoneId::of);
  }

  @Property(tries = 500)
  void theEndIsTheFirstMomentThatIsNotQuiet(
      @ForAll("zones") ZoneId zone,
      @ForAll @IntRange(max = DAY - 1) int from,
      @ForAll @IntRange(max = DAY - 1) int to,
      @ForAll @IntRange(max = 20 * 12) int month,
      @ForAll @IntRange(min = -2 * DAY, max = 2 * DAY) int minutesFromTheChange) {
    Assume.that(from != to);
    QuietHours hours =
        new QuietHours(
            LocalTime.ofSecondOfDay(from * 60L), LocalTime.ofSecondOfDay(to * 60L), zone);
    Instant now = changeAfter(zone, month).plus(STEP.multipliedBy(minutesFromTheChange));

    Instant walked = now;
    while (hours.isQuiet(walked)) {
      walked = walked.plus(STEP);
    }

    assertThat(hours.endsAt(now)).isEqualTo(walked);
  }

  @Property(tries = 300)
  void theDayIsDividedBetweenTheHoursAndTheirOpposite(
      @ForAll("zones") ZoneId zone,
      @ForAll @IntRange(max = DAY - 1) int from,
      @ForAll @IntRange(max = DAY - 1) int to,
      @ForAll @IntRange(max = 40_000_000) int minute) {
    Assume.that(from != to);
    LocalTime begin = LocalTime.ofSecondOfDay(from * 60L);
    LocalTime end = LocalTime.ofSecondOfDay(to * 60L);
    Instant now = Instant.EPOCH.plus(STEP.multipliedBy(minute));

    assertThat(new QuietHours(begin, end, zone).isQuiet(now))
        .isNotEqualTo(new QuietHours(end, begin, zone).isQuiet(now));
  }

  /** When the zone's clocks are set next after a month since 2010; else the month's beginning. */
  private static Instant changeAfter(ZoneId zone, int month) {
    Instant begin = LocalDate.of(2010, 1, 1).plusMonths(month).atStartOfDay(zone).toInstant();
    ZoneOffsetTransition change = zone.getRules().nextTransition(begin);
    return change == null ? begin : change.getInstant();
  }
}
