package io.hongyan.gateway.batch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the text format of PostgreSQL's {@code copy … from stdin}, encoded straight to UTF-8
 * bytes. Texts must be {@link StorableText}. Columns are separated by {@link #tab()}, rows ended by
 * {@link #endRow()}.
 */
final class CopyRows {

  private static final int FIRST_SIZE = 8 * 1024;
  // A control character in JSON in COPY: two backslashes, u and four digits.
  private static final int LONGEST_ESCAPE = 7;
  private static final int LONGEST_NUMBER = 20;
  private static final String HEX = "0123456789abcdef";

  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  /** Takes back everything behind that length. */
  void truncate(int toLength) {
    length = toLength;
  }

  CopyRows tab() {
    return raw('\t');
  }

  CopyRows endRow() {
    return raw('\n');
  }

  /** A text column; null is SQL's null. */
  CopyRows text(@Nullable String text) {
    if (text == null) {
      return raw('\\').raw('N');
    }
    room(text.length() * 3);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> escaped('\\');
        case '\n' -> escaped('n');
        case '\r' -> escaped('r');
        case '\t' -> escaped('t');
        default -> i += put(text, i, c);
      }
    }
    return this;
  }

  CopyRows number(long value) {
    room(LONGEST_NUMBER);
    if (value < 0) {
      bytes[length++] = '-';
    }
    int start = length;
    long rest = value;
    do {
      bytes[length++] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    } while (rest != 0);
    for (int left = start, right = length - 1; left < right; left++, right--) {
      byte swapped = bytes[left];
      bytes[left] = bytes[right];
      bytes[right] = swapped;
    }
    return this;
  }

  /** A character of JSON's own syntax, not a backslash. */
  CopyRows raw(char c) {
    room(1);
    bytes[length++] = (byte) c;
    return this;
  }

  /** A JSON string, quoted and escaped twice: for JSON, then for COPY. */
  CopyRows jsonString(String text) {
    room(text.length() * LONGEST_ESCAPE + 2);
    bytes[length++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> jsonEscaped('"');
        case '\\' -> {
          jsonEscaped('\\');
          bytes[length++] = '\\'; // the second one doubled too
        }
        case '\n' -> jsonEscaped('n');
        case '\r' -> jsonEscaped('r');
        case '\t' -> jsonEscaped('t');
        default -> {
          if (c < ' ') {
            jsonEscaped('u');
            bytes[length++] = '0';
            bytes[length++] = '0';
            bytes[length++] = (byte) HEX.charAt(c >> 4);
            bytes[length++] = (byte) HEX.charAt(c & 0xf);
          } else {
            i += put(text, i, c);
          }
        }
      }
    }
    bytes[length++] = '"';
    return this;
  }

  private void jsonEscaped(char c) {
    bytes[length++] = '\\';
    bytes[length++] = '\\';
    bytes[length++] = (byte) c;
  }

  private void escaped(char c) {
    bytes[length++] = '\\';
    bytes[length++] = (byte) c;
  }

  /** Encodes the character at an index; returns how many more of the text it took. */
  private int put(String text, int index, char c) {
    if (c < 0x80) {
      bytes[length++] = (byte) c;
      return 0;
    }
    if (c < 0x800) {
      bytes[length++] = (byte) (0xc0 | (c >> 6));
      bytes[length++] = (byte) (0x80 | (c & 0x3f));
      return 0;
    }
    if (!Character.isSurrogate(c)) {
      bytes[length++] = (byte) (0xe0 | (c >> 12));
      bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3f));
      bytes[length++] = (byte) (0x80 | (c & 0x3f));
      return 0;
    }
    int code = Character.toCodePoint(c, text.charAt(index + 1));
    bytes[length++] = (byte) (0xf0 | (code >> 18));
    bytes[length++] = (byte) (0x80 | ((code >> 12) & 0x3f));
    bytes[length++] = (byte) (0x80 | ((code >> 6) & 0x3f));
    bytes[length++] = (byte) (0x80 | (code & 0x3f));
    return 1;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}
