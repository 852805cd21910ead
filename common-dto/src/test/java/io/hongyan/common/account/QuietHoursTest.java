package io.hongyan.common.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuietHoursTest {

  @ParameterizedTest
  @CsvSource({
    "22:00, 08:00, 2026-11-22T13:59:59.999Z, false",
    "22:00, 08:00, 2026-11-22T14:00:00Z,     true",
    "22:00, 08:00, 2026-11-22T16:00:00Z,     true",
    "22:00, 08:00, 2026-11-22T23:59:59.999Z, true",
    "22:00, 08:00, 2026-11-23T00:00:00Z,     false",
    "12:00, 14:00, 2026-11-22T03:59:59Z,     false",
    "12:00, 14:00, 2026-11-22T04:00:00Z,     true",
    "12:00, 14:00, 2026-11-22T06:00:00Z,     false",
    "00:00, 23:59, 2026-11-22T15:58:59Z,     true",
    "00:00, 23:59, 2026-11-22T15:59:00Z,     false",
  })
  void itIsQuietFromTheFirstTimeUpToTheSecond(
      LocalTime from, LocalTime to, Instant now, boolean quiet) {
    assertThat(hours(from, to, "Asia/Shanghai").isQuiet(now)).isEqualTo(quiet);
  }

  @ParameterizedTest
  @CsvSource({
    // Before and after midnight, and not quiet at all.
    "Asia/Shanghai, 22:00, 08:00, 2026-11-22T15:00:00Z, 2026-11-23T00:00:00Z",
    "Asia/Shanghai, 22:00, 08:00, 2026-11-22T20:00:00Z, 2026-11-23T00:00:00Z",
    "Asia/Shanghai, 22:00, 08:00, 2026-11-22T04:00:00Z, 2026-11-22T04:00:00Z",
    "Asia/Shanghai, 22:00, 00:00, 2026-11-22T15:00:00Z, 2026-11-22T16:00:00Z",
    // Berlin's clocks jump from 02:00 to 03:00 on 2026-03-29, at 01:00Z ...
    "Europe/Berlin, 22:00, 08:00, 2026-03-28T22:00:00Z, 2026-03-29T06:00:00Z",
    "Europe/Berlin, 22:00, 02:30, 2026-03-28T22:00:00Z, 2026-03-29T01:00:00Z",
    "Europe/Berlin, 02:15, 02:45, 2026-03-29T00:59:59Z, 2026-03-29T00:59:59Z",
    // ... and back from 03:00 to 02:00 on 2026-10-25, at 01:00Z: 02:30 is shown twice.
    "Europe/Berlin, 22:00, 08:00, 2026-10-24T22:00:00Z, 2026-10-25T07:00:00Z",
    "Europe/Berlin, 22:00, 02:30, 2026-10-24T23:00:00Z, 2026-10-25T00:30:00Z",
    "Europe/Berlin, 22:00, 02:30, 2026-10-25T01:10:00Z, 2026-10-25T01:30:00Z",
    "Europe/Berlin, 02:30, 06:00, 2026-10-25T00:45:00Z, 2026-10-25T01:00:00Z",
    "Europe/Berlin, 02:30, 02:15, 2026-10-25T00:45:00Z, 2026-10-25T01:15:00Z",
  })
  void itEndsWhenTheClockShowsAnotherTime(
      String zone, LocalTime from, LocalTime to, Instant now, Instant end) {
    assertThat(hours(from, to, zone).endsAt(now)).isEqualTo(end);
  }

  @Test
  void hoursWithoutAnEndCannotBe() {
    LocalTime ten = LocalTime.of(22, 0);

    assertThatThrownBy(() -> hours(ten, ten, "Asia/Shanghai"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static QuietHours hours(LocalTime from, LocalTime to, String zone) {
    return new QuietHours(from, to, ZoneId.of(zone));
  }
}
