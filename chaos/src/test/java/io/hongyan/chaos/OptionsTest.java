package io.hongyan.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void withoutOptionsEverythingIsPlayedInItsUsualSizes() {
    Options options = Options.parse("chaos");

    assertThat(options.names()).isEmpty();
    assertThat(options.messages()).isNull();
    assertThat(options.rounds()).isNull();
    assertThat(options.report()).isTrue();
    assertThat(options.seed()).isPositive();
  }

  @Test
  void namesAndNumbersMayStandInAnyOrder() {
    Options options =
        Options.parse("chaos", "--rounds", "3", "sender-killed", "--seed", "7", "redis-flushed");

    assertThat(options.names()).containsExactly("sender-killed", "redis-flushed");
    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.seed()).isEqualTo(7);
  }

  @Test
  void theSoakLastsHalfAnHourUnlessToldOtherwise() {
    assertThat(Options.parse("soak").soakTime()).hasMinutes(30);
    assertThat(Options.parse("soak", "--minutes", "2").soakTime()).hasMinutes(2);
  }

  @Test
  void anUnknownOptionIsToldTogetherWithTheKnownOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("chaos", "--round", "3"))
        .withMessageContaining("'--round'")
        .withMessageContaining("--rounds N");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("soak", "--rounds", "3"))
        .withMessageContaining("--minutes N");
  }

  @Test
  void anOptionWithoutItsNumberIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("chaos", "--rounds"))
        .withMessage("--rounds needs a number from 1 to 99999999, got nothing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("chaos", "--rounds", "0"))
        .withMessageContaining("got '0'");
  }

  @Test
  void theSelfTestTakesNoScenario() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse("chaos", "--self-test", "sender-killed"))
        .withMessageContaining("--self-test stands alone");
  }
}
