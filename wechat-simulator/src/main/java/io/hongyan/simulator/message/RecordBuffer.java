package io.hongyan.simulator.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Collects the records of the block being filled: texts and small numbers, each with its length.
 */
final class RecordBuffer {

  private byte[] bytes = new byte[64 * 1024];
  private int length;

  void putText(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putNumber(utf8.length);
    reserve(utf8.length);
    System.arraycopy(utf8, 0, bytes, length, utf8.length);
    length += utf8.length;
  }

  /** Seven bits a byte, lowest first; the top bit says that more follow. */
  void putNumber(int number) {
    reserve(5);
    int rest = number;
    while (rest > 0x7F) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  void clear() {
    length = 0;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
