package io.hongyan.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What holds for the last moment whenever it is asked for. */
class TimesPropertyTest {

  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  @Property(tries = 300)
  void theLastMomentIsOneWithNoneBetweenItAndNow(
      @ForAll @LongRange(min = 0, max = 4_000_000_000L) long second,
      @ForAll @IntRange(min = 0, max = 5) int which) {
    String[] crons = {
      "* * * * * *",
      "*/7 3 * * * *",
      "0 0 9 * * MON-FRI",
      "0 30 2 L * *",
      "0 0 0 29 2 *",
      "30 59 23 1 1 *"
    };
    CronTimes cron = CronTimes.of(crons[which], NEW_YORK);
    Instant now = Instant.ofEpochSecond(second);

    Instant last = cron.lastNotAfter(now).orElseThrow();

    assertThat(last).isBeforeOrEqualTo(now);
    assertThat(cron.next(last.minusNanos(1))).contains(last);
    assertThat(cron.next(last)).hasValueSatisfying(next -> assertThat(next).isAfter(now));
  }

  @Property
  void anIntervalsMomentsAreItsMultiples(
      @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long millis,
      @ForAll @IntRange(min = 1, max = 100_000) int interval) {
    Instant now = Instant.ofEpochMilli(millis);

    Instant last = new EveryTimes(Duration.ofMillis(interval)).lastNotAfter(now);

    assertThat(last).isBetween(now.minusMillis(interval - 1L), now);
    assertThat(last.toEpochMilli() % interval).isZero();
  }
}
