package io.hongyan.chaos.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CurveTest {

  @Test
  void noiseAroundTheSameLevelIsFlat() {
    Curve curve = curve(LongStream.of(40, 55, 42, 41, 60, 43, 40, 44, 42));

    assertThat(curve.isFlat()).isTrue();
    assertThat(curve.toLine()).isEqualTo("| heap | 42 MB | 42 MB | 60 MB | flat |");
  }

  @Test
  void aSteadyLeakGrows() {
    Curve curve = curve(LongStream.rangeClosed(1, 90).map(i -> 40 + i));

    assertThat(curve.isFlat()).isFalse();
    assertThat(curve.toLine()).endsWith("| **grows** |");
  }

  @Test
  void whatWasNeverMeasuredSaysSo() {
    assertThat(curve(LongStream.empty()).toLine()).contains("not measured");
  }

  private static Curve curve(LongStream values) {
    Curve curve = new Curve("heap", "MB", 5);
    values.forEach(curve::add);
    return curve;
  }
}
