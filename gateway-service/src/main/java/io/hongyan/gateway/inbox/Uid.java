package io.hongyan.gateway.inbox;

import io.hongyan.gateway.web.ProblemException;

/** The form of a uid: how the company's own app names a person. */
final class Uid {

  static final int MAX_LENGTH = 64;
  static final String RULE = "a uid is 1 to 64 of A-Z, a-z, 0-9, '.', '_', ':', '@' and '-'";

  private Uid() {}

  static boolean isValid(CharSequence text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (!isAllowed(text.charAt(i))) {
        return false;
      }
    }
    return length > 0 && length <= MAX_LENGTH;
  }

  static boolean isAllowed(int c) {
    return (c >= '0' && c <= '9')
        || (c >= '@' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || c == '.'
        || c == '_'
        || c == ':'
        || c == '-';
  }

  /** Answers 422 unless the text is a uid. */
  static String require(String text) {
    ProblemException.requireValid(isValid(text), RULE);
    return text;
  }
}
