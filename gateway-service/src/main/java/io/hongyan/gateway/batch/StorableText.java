package io.hongyan.gateway.batch;

import org.jspecify.annotations.Nullable;

/** What PostgreSQL can store: text without NUL and without half of a surrogate pair. */
public final class StorableText {

  private static final int SHOWN = 64;
  private static final char REPLACEMENT = '\uFFFD';

  private StorableText() {}

  /** Whether PostgreSQL can store it. */
  public static boolean isStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (!isPairAt(text, i)) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** Storable, and free of line breaks and other control characters. */
  public static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return false;
      }
    }
    return isStorable(text);
  }

  /** The text made storable and short, for a report about a recipient that was refused. */
  static @Nullable String shown(@Nullable String text) {
    if (text == null) {
      return null;
    }
    StringBuilder shown = new StringBuilder(Math.min(text.length(), SHOWN));
    for (int i = 0; i < text.length() && shown.length() < SHOWN; i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (isPairAt(text, i)) {
          shown.append(c).append(text.charAt(++i));
        } else {
          shown.append(REPLACEMENT);
        }
      } else {
        shown.append(c == 0 ? REPLACEMENT : c);
      }
    }
    return shown.toString();
  }

  private static boolean isPairAt(String text, int index) {
    return Character.isHighSurrogate(text.charAt(index))
        && index + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(index + 1));
  }
}
