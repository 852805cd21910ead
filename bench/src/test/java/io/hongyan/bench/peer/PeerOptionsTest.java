package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may stand on a peer's command line. */
class PeerOptionsTest {

  @Test
  void hasAConnectionForEachThreadUnlessToldOtherwise() {
    assertThat(parse("wxjava-log --messages 10"))
        .isEqualTo(new PeerOptions(PeerName.WXJAVA_LOG, 10, 0, 100, null, 100));
    assertThat(parse("wxjava-log --messages 10 --warm-up 5 --threads 20"))
        .isEqualTo(new PeerOptions(PeerName.WXJAVA_LOG, 10, 5, 20, null, 20));
    assertThat(parse("wxjava-log --threads 20 --connections 8 --messages 10"))
        .isEqualTo(new PeerOptions(PeerName.WXJAVA_LOG, 10, 0, 20, null, 8));
  }

  @Test
  void leavesTheNumberInFlightToThePeer() {
    assertThat(parse("floor --messages 10").inFlightOr(1_000)).isEqualTo(1_000);
    assertThat(parse("floor --messages 10 --in-flight 500").inFlightOr(1_000)).isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                          | peer needs a name
          austin --messages 1         | there is no peer 'austin'
          floor                       | peer needs --messages N
          floor --messages            | got nothing
          floor --messages 0          | from 1 to 99999999, got '0'
          floor --messages -5         | got '-5'
          floor --messages 1e6        | got '1e6'
          floor --messages 1 --speed  | floor does not know '--speed'
          okhttp --threads 5          | it takes --messages N, --warm-up N, --in-flight N
          postgres --in-flight 5      | it takes --messages N, --warm-up N
          wxjava --in-flight 5        | it takes --messages N, --warm-up N, --connections N, --threads N
          """)
  void saysWhatIsWrong(String line, String message) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static PeerOptions parse(String line) {
    return PeerOptions.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")));
  }
}
