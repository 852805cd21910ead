package io.hongyan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  @Test
  void drawsABarOnATerminal() {
    new ProgressLine(out, true).show(500, 1000, Duration.ofSeconds(1), 250);

    assertThat(text())
        .isEqualTo("\r[###############---------------] 500 of 1,000  250/s  2 s left\033[K");
  }

  @Test
  void writesALineEveryTwoSecondsElsewhere() {
    ProgressLine line = new ProgressLine(out, false);

    line.show(0, 1000, Duration.ZERO, 0);
    line.show(100, 1000, Duration.ofSeconds(1), 100);
    line.show(200, 1000, Duration.ofSeconds(2), 100);

    assertThat(text().lines())
        .containsExactly("  0 of 1,000  0/s  time left unknown", "  200 of 1,000  100/s  8 s left");
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
