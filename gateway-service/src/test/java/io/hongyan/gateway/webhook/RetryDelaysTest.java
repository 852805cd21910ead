package io.hongyan.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryDelaysTest {

  private static final List<Duration> DELAYS = List.of(Duration.ofSeconds(5), Duration.ofHours(10));

  @Test
  void waitsForEachDelayInTurnAndThenGivesUp() {
    RetryDelays delays = new RetryDelays(DELAYS, () -> 0.5);

    assertThat(delays.after(1)).contains(Duration.ofSeconds(5));
    assertThat(delays.after(2)).contains(Duration.ofHours(10));
    assertThat(delays.after(3)).isEmpty();
    assertThat(delays.areUsedUp(2)).isFalse();
    assertThat(delays.areUsedUp(3)).isTrue();
  }

  @Test
  void givesOrTakesATenth() {
    assertThat(new RetryDelays(DELAYS, () -> 0).after(2)).contains(Duration.ofHours(9));
    assertThat(new RetryDelays(DELAYS, () -> Math.nextDown(1.0)).after(2))
        .hasValueSatisfying(
            wait -> assertThat(wait).isBetween(Duration.ofMinutes(659), Duration.ofHours(11)));
  }
}
