package io.hongyan.gateway.batch;

import io.hongyan.gateway.web.ProblemException;

/** The rule for a uid: how the company's own app names a person. */
public final class Uid {

  /** The rule, for problem texts. */
  public static final String RULE =
      "a uid is 1 to 64 of A-Z, a-z, 0-9, '.', '_', ':', '@' and '-', not '.' or '..' alone";

  private static final int MAX_LENGTH = 64;

  private Uid() {}

  /** Whether it keeps to {@link #RULE}. */
  public static boolean isValid(CharSequence text) {
    int length = text.length();
    boolean dots = true;
    for (int i = 0; i < length; i++) {
      if (!isAllowed(text.charAt(i))) {
        return false;
      }
      dots &= text.charAt(i) == '.';
    }
    // No URL can name one that is a dot or two.
    return length > 0 && length <= MAX_LENGTH && !(dots && length <= 2);
  }

  private static boolean isAllowed(int c) {
    return (c >= '0' && c <= '9')
        || (c >= '@' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || c == '.'
        || c == '_'
        || c == ':'
        || c == '-';
  }

  /** Answers 422 unless the text is a uid. */
  public static String require(String text) {
    ProblemException.requireValid(isValid(text), RULE);
    return text;
  }
}
