package io.hongyan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentRateTest {

  @Test
  void forgetsASlowStart() {
    RecentRate rate = new RecentRate();
    rate.after(Duration.ZERO, 0);
    rate.after(Duration.ofSeconds(10), 0);
    rate.after(Duration.ofSeconds(12), 2000);

    double recent = rate.after(Duration.ofSeconds(13), 3000);

    assertThat(recent).isEqualTo(1000);
  }

  @Test
  void isZeroBeforeAnyTimeHasPassed() {
    assertThat(new RecentRate().after(Duration.ZERO, 5)).isZero();
  }
}
