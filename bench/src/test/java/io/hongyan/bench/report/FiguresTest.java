package io.hongyan.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void theMedianIsTheMiddleOne() {
    assertThat(new Figures(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5);
    assertThat(new Figures(List.of(9.0, 1.0, 5.0, 7.0)).median()).isEqualTo(6);
    assertThat(new Figures(List.of(3.0)).median()).isEqualTo(3);
  }

  @Test
  void aPercentileIsOneOfTheFigures() {
    Figures thousand = Figures.of(IntStream.rangeClosed(1, 1_000).boxed().toList(), n -> n);

    assertThat(thousand.percentile(50)).isEqualTo(500);
    assertThat(thousand.percentile(99)).isEqualTo(990);
    assertThat(thousand.percentile(99.9)).isEqualTo(999);
    assertThat(thousand.percentile(100)).isEqualTo(1_000);
    assertThat(new Figures(List.of(7.0)).percentile(99)).isEqualTo(7);
  }

  @Test
  void aCellHasMedianAndSpread() {
    assertThat(new Figures(List.of(9_812.4, 10_020.0, 9_400.0)).toCell(0))
        .isEqualTo("9,812 (9,400-10,020)");
    assertThat(new Figures(List.of(1.25)).toCell(1)).isEqualTo("1.3 (1.3-1.3)");
  }

  @Test
  void nothingMeasuredIsNoFigure() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Figures(List.of()));
  }
}
