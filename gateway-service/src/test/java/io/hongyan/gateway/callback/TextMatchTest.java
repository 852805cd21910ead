package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which texts a keyword fits, and that none takes for ever to say. */
@Timeout(20)
class TextMatchTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Test
  void exactIsTheWholeTextWhateverItsCase() throws Exception {
    TextMatch match = new TextMatch.Exact("Td");

    assertThat(match.fits("td", later())).isTrue();
    assertThat(match.fits(" TD \n", later())).isTrue();
    assertThat(match.fits("tdx", later())).isFalse();
  }

  @Test
  void containsIsAnywhereInTheText() throws Exception {
    TextMatch match = new TextMatch.Contains("运费");

    assertThat(match.fits("请问运费多少", later())).isTrue();
    assertThat(match.fits("运", later())).isFalse();
    assertThat(new TextMatch.Contains("Help").fits("i need hElp", later())).isTrue();
  }

  @Test
  void aRegularExpressionFitsAPart() throws Exception {
    TextMatch match = regex("订单\\s*(\\d{6,})$");

    assertThat(match.fits("查 订单 123456", later())).isTrue();
    assertThat(match.fits("订单 12345", later())).isFalse();
  }

  @Test
  void oneThatTriesEveryWayIsCutOff() {
    TextMatch match = new TextMatch.Regex(Pattern.compile("(a+)+\\1b"), Duration.ofMillis(100));
    long began = System.nanoTime();

    assertThatExceptionOfType(TextMatch.TooSlowException.class)
        .isThrownBy(() -> match.fits("a".repeat(2_000) + "!", later()));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void theEndOfTheMessagesTimeEndsItToo() {
    assertThatExceptionOfType(TextMatch.TooSlowException.class)
        .isThrownBy(
            () -> regex("(a+)+\\1b").fits("a".repeat(2_000) + "!", System.nanoTime() + 1_000_000));
  }

  @Test
  void oneThatNeedsTooMuchStackIsCutOff() {
    assertThatExceptionOfType(TextMatch.TooSlowException.class)
        .isThrownBy(() -> regex("(?:a|b|c)*$").fits("abc".repeat(500_000) + "!", later()));
  }

  private static TextMatch regex(String pattern) {
    return new TextMatch.Regex(Pattern.compile(pattern), PATIENCE);
  }

  private static long later() {
    return System.nanoTime() + PATIENCE.toNanos();
  }
}
