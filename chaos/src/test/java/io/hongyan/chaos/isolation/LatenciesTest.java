package io.hongyan.chaos.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Test
  void percentilesAreMeasuredValuesAndNotBetweenThem() {
    Latencies latencies =
        Latencies.of(
            IntStream.rangeClosed(1, 200).map(i -> 201 - i).mapToObj(Duration::ofMillis).toList());

    assertThat(latencies.percentile(50)).hasMillis(100);
    assertThat(latencies.percentile(99)).hasMillis(198);
    assertThat(latencies.toCells()).isEqualTo("200 | 100 ms | 198 ms | 200 ms");
  }

  @Test
  void oneValueIsEveryPercentile() {
    Latencies latencies = Latencies.of(java.util.List.of(Duration.ofMillis(7)));

    assertThat(latencies.percentile(1)).hasMillis(7);
    assertThat(latencies.percentile(99)).hasMillis(7);
  }
}
