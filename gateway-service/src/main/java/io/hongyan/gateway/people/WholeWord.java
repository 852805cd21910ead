package io.hongyan.gateway.people;

/** Looks for an openid in bytes of any kind, not as a part of a longer one. */
final class WholeWord {

  private WholeWord() {}

  static boolean occursIn(byte[] text, byte[] word) {
    for (int start = 0; start + word.length <= text.length; start++) {
      if (matches(text, start, word)
          && !isOpenidPart(text, start - 1)
          && !isOpenidPart(text, start + word.length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] text, int start, byte[] word) {
    for (int i = 0; i < word.length; i++) {
      if (text[start + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOpenidPart(byte[] text, int at) {
    if (at < 0 || at >= text.length) {
      return false;
    }
    byte c = text[at];
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }
}
