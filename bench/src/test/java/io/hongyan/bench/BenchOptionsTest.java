package io.hongyan.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {

  @Test
  void everythingHasADefault() {
    BenchOptions options = BenchOptions.parse(List.of());

    assertThat(options.names()).isEmpty();
    assertThat(options.rounds()).isEqualTo(5);
    assertThat(options.messages()).isEqualTo(200_000);
    assertThat(options.report()).isTrue();
  }

  @Test
  void namesAndOptionsMayBeMixed() {
    BenchOptions options =
        BenchOptions.parse(
            List.of("throughput", "--rounds", "3", "urgent", "--messages", "50", "--no-report"));

    assertThat(options.names()).containsExactly("throughput", "urgent");
    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.messages()).isEqualTo(50);
    assertThat(options.report()).isFalse();
  }

  @Test
  void whatIsNotUnderstoodIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchOptions.parse(List.of("--round", "3")))
        .withMessageContaining("'--round'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchOptions.parse(List.of("--rounds")))
        .withMessageContaining("--rounds needs a number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchOptions.parse(List.of("--rounds", "0")))
        .withMessageContaining("got '0'");
  }
}
