package io.hongyan.simulator.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTimesTest {

  private final AnswerTimes times = new AnswerTimes();

  @Test
  void isNothingWithoutAnswers() {
    assertThat(times.within(0.99)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 8, 15, 16, 17, 100, 999, 20_000, 5_000_000})
  void isRightToAnEighth(long micros) {
    times.add(TimeUnit.MICROSECONDS.toNanos(micros));

    assertThat(times.within(0.5)).isBetween(micros, micros + micros / 8);
    assertThat(times.within(1)).isEqualTo(times.within(0.5));
  }

  @Test
  void tellsTheSlowOnesFromTheRest() {
    for (int i = 0; i < 989; i++) {
      times.add(TimeUnit.MILLISECONDS.toNanos(1));
    }
    for (int i = 0; i < 11; i++) {
      times.add(TimeUnit.MILLISECONDS.toNanos(50));
    }

    assertThat(times.within(0.98)).isLessThan(1_200);
    assertThat(times.within(0.99)).isBetween(50_000L, 57_000L);
  }
}
