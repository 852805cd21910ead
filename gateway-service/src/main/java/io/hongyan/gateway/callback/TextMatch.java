package io.hongyan.gateway.callback;

import java.time.Duration;
import java.util.regex.Pattern;

/** How a keyword rule looks at a follower's text. Thread-safe. */
sealed interface TextMatch {

  /**
   * Whether the text fits.
   *
   * @param endNanos when it must have been said, in terms of {@link System#nanoTime()}
   */
  boolean fits(String text, long endNanos) throws TooSlowException;

  /** The whole text is the keyword; blanks around it and upper or lower case do not count. */
  record Exact(String keyword) implements TextMatch {
    @Override
    public boolean fits(String text, long endNanos) {
      return text.strip().equalsIgnoreCase(keyword.strip());
    }
  }

  /** The keyword is somewhere in the text; upper or lower case does not count. */
  record Contains(String keyword) implements TextMatch {
    @Override
    public boolean fits(String text, long endNanos) {
      for (int at = 0; at <= text.length() - keyword.length(); at++) {
        if (text.regionMatches(true, at, keyword, 0, keyword.length())) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * The regular expression fits a part of the text.
   *
   * @param timeout how long it may take at most
   */
  record Regex(Pattern pattern, Duration timeout) implements TextMatch {
    @Override
    public boolean fits(String text, long endNanos) throws TooSlowException {
      long now = System.nanoTime();
      try {
        return pattern
            .matcher(new TimedText(text, now + Math.min(timeout.toNanos(), endNanos - now)))
            .find();
      } catch (TimedText.TimeUpException | StackOverflowError e) {
        throw new TooSlowException();
      }
    }
  }

  /** It took, or would take, too much time or stack to say. */
  final class TooSlowException extends Exception {

    private static final long serialVersionUID = 1L;

    private TooSlowException() {
      super("takes too long", null, false, false);
    }
  }
}
