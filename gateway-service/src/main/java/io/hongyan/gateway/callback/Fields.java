package io.hongyan.gateway.callback;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text fields of a body that WeChat posted, by WeChat's name: what is nested is left out, and
 * of two with one name the first counts.
 *
 * @param text the body, with a replacement for what can be neither in XML nor in a database
 */
record Fields(MessageFormat format, Map<String, String> values, String text) {

  private static final char REPLACEMENT = '\uFFFD';
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /**
   * Reads XML or JSON, whichever it is.
   *
   * @throws RefusedException if it is neither, or has more in it than any message of WeChat's
   */
  static Fields read(byte[] body) throws RefusedException {
    String text = storable(new String(body, StandardCharsets.UTF_8));
    if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    return switch (firstCharacter(text)) {
      case '<' -> new Fields(MessageFormat.XML, XmlFields.read(text), text);
      case '{' -> new Fields(MessageFormat.JSON, JsonFields.read(text), text);
      default -> throw new RefusedException(Refusal.UNREADABLE, "neither XML nor JSON");
    };
  }

  private static char firstCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isWhitespace(text.charAt(i))) {
        return text.charAt(i);
      }
    }
    return 0;
  }

  /** The field's text; null if there is none. */
  @Nullable String find(String name) {
    return values.get(name);
  }

  /** The text with a replacement character for each control character and half surrogate pair. */
  static String storable(String text) {
    int i = 0;
    while (i < text.length()) {
      int character = text.codePointAt(i);
      if (!isStorable(character)) {
        return replaced(text, i);
      }
      i += Character.charCount(character);
    }
    return text;
  }

  private static String replaced(String text, int from) {
    StringBuilder clean = new StringBuilder(text.length()).append(text, 0, from);
    text.substring(from)
        .codePoints()
        .map(character -> isStorable(character) ? character : REPLACEMENT)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  // The characters of XML 1.0.
  private static boolean isStorable(int character) {
    return character >= 0x20
        ? !(character >= 0xD800 && character <= 0xDFFF) && (character & 0xFFFE) != 0xFFFE
        : character == '\t' || character == '\n' || character == '\r';
  }
}
