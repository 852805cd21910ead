package io.hongyan.sender.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the two settings may be. */
class DoubtPropertiesTest {

  @Test
  void aRepeatCanAlwaysReachWeChatInsideItsTenMinutes() {
    assertThatThrownBy(() -> new DoubtProperties(Duration.ofMinutes(9), Duration.ofMinutes(1)))
        .hasMessageContaining("hongyan.doubt-window (PT9M)")
        .hasMessageContaining("hongyan.call-within (PT1M)");
    assertThat(new DoubtProperties(Duration.ofMinutes(9), Duration.ofSeconds(59)).callWithin())
        .isEqualTo(Duration.ofSeconds(59));
  }
}
