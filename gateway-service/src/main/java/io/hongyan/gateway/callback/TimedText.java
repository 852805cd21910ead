package io.hongyan.gateway.callback;

/**
 * A text that may be read until a moment only. A regular expression that tries out too many ways to
 * match reads the text over and over, so it is cut off here; nothing else stops one. Not
 * thread-safe.
 */
final class TimedText implements CharSequence {

  // A look at the clock costs as much as some characters.
  private static final int LOOK_EVERY = 16;

  private final String text;
  private final long endNanos;
  private int reads;

  /**
   * @param endNanos in terms of {@link System#nanoTime()}
   */
  TimedText(String text, long endNanos) {
    this.text = text;
    this.endNanos = endNanos;
  }

  @Override
  public char charAt(int index) {
    if (++reads % LOOK_EVERY == 0 && System.nanoTime() - endNanos >= 0) {
      throw new TimeUpException();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }

  /** The moment has come. */
  static final class TimeUpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private TimeUpException() {
      super("the regular expression takes too long", null, false, false);
    }
  }
}
