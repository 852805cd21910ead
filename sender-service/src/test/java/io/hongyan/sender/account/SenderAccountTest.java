package io.hongyan.sender.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.account.QuietHours;
import io.hongyan.common.message.Lane;
import io.hongyan.sender.account.SenderAccount.Gate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderAccountTest {

  private static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

  @Test
  void anEnabledAccountWithoutAGateIsOpen() {
    assertThat(account(true, false, null).isOpen(NOW)).isTrue();
  }

  @Test
  void aPersonStopsIt() {
    assertThat(account(false, false, null).isOpen(NOW)).isFalse();
    assertThat(account(true, true, null).isOpen(NOW)).isFalse();
  }

  @Test
  void aGateStopsItUntilItsTimeIsOver() {
    Gate gate = new Gate("minute-quota", NOW, NOW.minusSeconds(30));

    assertThat(account(true, false, gate).isOpen(NOW.minusMillis(1))).isFalse();
    assertThat(account(true, false, gate).isOpen(NOW)).isTrue();
    assertThat(account(true, true, gate).isOpen(NOW)).as("paused as well").isFalse();
  }

  @Test
  void aGateWithoutAnEndWaitsForAPerson() {
    Gate gate = new Gate("needs-a-person", null, NOW.minus(Duration.ofDays(9)));

    assertThat(account(true, false, gate).isOpen(NOW)).isFalse();
  }

  @Test
  void aGateThatNeedsAProbeIsNotOpenedByTime() {
    Gate gate = new Gate(Gate.UNCONFIRMED_QUOTA, NOW, NOW.minusSeconds(600));

    assertThat(account(true, false, gate).isOpen(NOW.plusSeconds(60))).isFalse();
  }

  @Test
  void withoutATroubleItGoesAtItsRate() {
    assertThat(slowed(200, null, null).effectiveRate(NOW)).hasValue(200);
    assertThat(slowed(null, null, null).effectiveRate(NOW)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 100", "1, 110", "5, 150", "9, 190", "10, 1000", "60, 1000"})
  void aSlowedAccountCreepsBackUpInTenMinutes(int minutes, int rate) {
    SenderAccount slowed = slowed(1_000, 100, NOW);

    assertThat(slowed.effectiveRate(NOW.plus(Duration.ofMinutes(minutes)))).hasValue(rate);
  }

  @Test
  void aSlowedAccountIsNeverFasterThanItsRateNorSlowerThanOne() {
    assertThat(slowed(80, 100, NOW).effectiveRate(NOW)).hasValue(80);
    assertThat(slowed(null, 1, NOW).effectiveRate(NOW)).hasValue(1);
    assertThat(slowed(null, 100, NOW).effectiveRate(NOW.minusSeconds(5)))
        .as("the database's clock is ahead")
        .hasValue(100);
    assertThat(slowed(null, 100, NOW).effectiveRate(NOW.plus(Duration.ofMinutes(10)))).isEmpty();
  }

  @Test
  void inQuietHoursOnlyTheUrgentLaneIsOpen() {
    QuietHours night =
        new QuietHours(LocalTime.of(22, 0), LocalTime.of(8, 0), ZoneId.of("Asia/Shanghai"));
    SenderAccount quiet =
        new SenderAccount("mall", "wx1", null, null, 200, true, false, null, null, null, night);
    Instant midnight = Instant.parse("2026-12-01T16:00:00Z");
    Instant noon = Instant.parse("2026-12-01T04:00:00Z");

    assertThat(quiet.isOpen(midnight, Lane.NORMAL)).isFalse();
    assertThat(quiet.isOpen(midnight, Lane.URGENT)).isTrue();
    assertThat(quiet.isOpen(noon, Lane.NORMAL)).isTrue();
    assertThat(account(true, true, null).isOpen(noon, Lane.URGENT)).isFalse();
  }

  private static SenderAccount account(boolean enabled, boolean paused, @Nullable Gate gate) {
    return new SenderAccount(
        "mall", "wx1", null, null, 200, enabled, paused, gate, null, null, null);
  }

  private static SenderAccount slowed(
      @Nullable Integer rate, @Nullable Integer slowedTo, @Nullable Instant slowedAt) {
    return new SenderAccount(
        "mall", "wx1", null, rate, 200, true, false, null, slowedTo, slowedAt, null);
  }
}
