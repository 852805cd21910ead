package io.hongyan.sender.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReplyMeterTest {

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T03:00:00Z"));
  private final ReplyMeter meter = new ReplyMeter(clock);

  @Test
  void twentyBusyRepliesThatAreHalfOfAllAreABurst() {
    count(20, false);
    count(19, true);
    assertThat(meter.isBusyBurst()).isFalse();

    count(1, true);

    assertThat(meter.isBusyBurst()).isTrue();
  }

  @Test
  void aFewBusyRepliesAmongManyAreNot() {
    count(100, false);
    count(40, true);

    assertThat(meter.isBusyBurst()).isFalse();
  }

  @Test
  void whatIsOlderThanTenSecondsIsForgotten() {
    count(30, true);
    clock.advance(Duration.ofSeconds(9));
    assertThat(meter.isBusyBurst()).isTrue();

    clock.advance(Duration.ofSeconds(1));

    assertThat(meter.isBusyBurst()).isFalse();
    assertThat(meter.perSecond()).isEqualTo(1);
  }

  @Test
  void theSpeedIsThatOfTheSecondsInWhichItSent() {
    count(50, false);
    clock.advance(Duration.ofSeconds(5));
    count(150, false);

    assertThat(meter.perSecond()).isEqualTo(100);
  }

  private void count(int replies, boolean busy) {
    for (int i = 0; i < replies; i++) {
      meter.count(busy);
    }
  }
}
