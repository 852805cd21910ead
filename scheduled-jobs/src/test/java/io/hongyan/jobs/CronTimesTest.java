package io.hongyan.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** When a cron expression fires. */
class CronTimesTest {

  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  @Test
  void firesInItsZone() {
    CronTimes nine = CronTimes.of("0 0 9 * * MON-FRI", SHANGHAI);

    // Friday evening in Shanghai
    Instant friday = Instant.parse("2026-11-20T10:00:00Z");
    assertThat(nine.lastNotAfter(friday)).contains(Instant.parse("2026-11-20T01:00:00Z"));
    assertThat(nine.next(friday)).contains(Instant.parse("2026-11-23T01:00:00Z"));
  }

  @Test
  void theMomentItselfIsTheLastButNotTheNext() {
    CronTimes daily = CronTimes.of("0 0 0 * * *", ZoneOffset.UTC);
    Instant midnight = Instant.parse("2026-11-20T00:00:00Z");

    assertThat(daily.lastNotAfter(midnight)).contains(midnight);
    assertThat(daily.lastNotAfter(midnight.minusNanos(1)))
        .contains(midnight.minus(1, ChronoUnit.DAYS));
    assertThat(daily.next(midnight)).contains(midnight.plus(1, ChronoUnit.DAYS));
  }

  @Test
  void oneThatNeverFiresHasNoMoments() {
    CronTimes never = CronTimes.of("0 0 0 30 2 *", SHANGHAI);

    assertThat(never.next(Instant.parse("2026-11-20T00:00:00Z"))).isEmpty();
    assertThat(never.lastNotAfter(Instant.parse("2026-11-20T00:00:00Z"))).isEmpty();
  }

  @Test
  void aRareOneIsFoundDecadesBack() {
    // Leap days that are Mondays come every 28 years.
    CronTimes rare = CronTimes.of("0 0 0 29 2 MON", ZoneOffset.UTC);

    assertThat(rare.lastNotAfter(Instant.parse("2016-02-28T23:59:59Z")))
        .contains(Instant.parse("1988-02-29T00:00:00Z"));
  }

  @Test
  void oneThatCannotBeReadIsRefused() {
    assertThatThrownBy(() -> CronTimes.of("0 9 * * MON-FRI", SHANGHAI))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CronTimes.of("0 0 25 * * *", SHANGHAI))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTimeThatTheClockSkipsFiresOnceAtTheEndOfTheGap() {
    // 2026-03-08: 2:00 becomes 3:00
    CronTimes halfPastTwo = CronTimes.of("0 30 2 * * *", NEW_YORK);
    Instant gapEnd = Instant.parse("2026-03-08T07:00:00Z");

    assertThat(halfPastTwo.next(Instant.parse("2026-03-08T00:00:00Z"))).contains(gapEnd);
    assertThat(halfPastTwo.next(gapEnd)).contains(Instant.parse("2026-03-09T06:30:00Z"));
    assertThat(halfPastTwo.lastNotAfter(gapEnd.plusSeconds(60))).contains(gapEnd);
  }

  @Test
  void aTimeThatTheClockRepeatsFiresTheFirstTimeOnly() {
    // 2026-11-01: 2:00 becomes 1:00
    CronTimes halfPastOne = CronTimes.of("0 30 1 * * *", NEW_YORK);
    Instant first = Instant.parse("2026-11-01T05:30:00Z");

    assertThat(halfPastOne.next(first.minusSeconds(1))).contains(first);
    assertThat(halfPastOne.next(first)).contains(Instant.parse("2026-11-02T06:30:00Z"));
    assertThat(halfPastOne.lastNotAfter(first.plus(2, ChronoUnit.HOURS))).contains(first);
    // whatever moment is asked from, in both passes of the hour
    assertThat(halfPastOne.next(Instant.parse("2026-11-01T06:10:00Z")))
        .contains(Instant.parse("2026-11-02T06:30:00Z"));
  }

  @Test
  void springsShortFormsAreTaken() {
    assertThat(CronTimes.of("@daily", ZoneOffset.UTC).lastNotAfter(Instant.EPOCH.plusSeconds(5)))
        .contains(Instant.EPOCH);
  }
}
