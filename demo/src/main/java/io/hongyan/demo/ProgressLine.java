package io.hongyan.demo;

import java.io.PrintStream;
import java.time.Duration;

/**
 * Shows how far a batch is: one line drawn over and over on a terminal, a line every few seconds
 * elsewhere.
 */
final class ProgressLine {

  private static final int BAR_WIDTH = 30;
  private static final Duration BETWEEN_PLAIN_LINES = Duration.ofSeconds(2);

  private final PrintStream out;
  private final boolean onTerminal;
  private Duration lastPlainLine = BETWEEN_PLAIN_LINES.negated();

  ProgressLine(PrintStream out, boolean onTerminal) {
    this.out = out;
    this.onTerminal = onTerminal;
  }

  /**
   * @param elapsed since the batch was submitted
   * @param perSecond messages recorded a second lately
   */
  void show(long recorded, long total, Duration elapsed, double perSecond) {
    String text =
        "%,d of %,d  %,.0f/s  %s"
            .formatted(recorded, total, perSecond, timeLeft(total - recorded, perSecond));
    if (onTerminal) {
      int filled = total == 0 ? 0 : (int) (BAR_WIDTH * recorded / total);
      out.printf("\r[%s%s] %s\033[K", "#".repeat(filled), "-".repeat(BAR_WIDTH - filled), text);
      out.flush();
    } else if (elapsed.minus(lastPlainLine).compareTo(BETWEEN_PLAIN_LINES) >= 0) {
      lastPlainLine = elapsed;
      out.println("  " + text);
    }
  }

  /** Leaves the line as it stands and goes to the next. */
  void end() {
    if (onTerminal) {
      out.println();
    }
  }

  private static String timeLeft(long remaining, double perSecond) {
    if (remaining == 0) {
      return "all recorded";
    }
    return perSecond < 1
        ? "time left unknown"
        : "%,d s left".formatted((long) Math.ceil(remaining / perSecond));
  }
}
