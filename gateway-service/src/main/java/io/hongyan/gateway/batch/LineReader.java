package io.hongyan.gateway.batch;

import io.hongyan.gateway.web.ProblemException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes a body apart into lines of strict UTF-8, for NDJSON and CSV. A CSV record may span lines:
 * {@link #extend()} adds the next one. Lines end with LF or CRLF; a byte order mark at the start is
 * passed over. The characters are valid until the next call.
 */
final class LineReader {

  private static final int FIRST_SIZE = 8 * 1024;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final MeasuredBody body;
  private final int limit;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  private byte[] bytes = new byte[FIRST_SIZE];
  private int next;
  private int filled;
  private boolean ended;

  private char[] chars = new char[FIRST_SIZE];
  private int length;
  private int taken;
  private int firstLine;
  private int lastLine;

  /**
   * @param limit longest line, or longest record of several lines, in bytes without its line end
   */
  LineReader(MeasuredBody body, int limit) {
    this.body = body;
    this.limit = limit;
  }

  /** Goes to the next line; false at the end of the body. */
  boolean next() {
    length = 0;
    taken = 0;
    firstLine = lastLine + 1;
    return take();
  }

  /** Adds the line break and the next line; false at the end of the body. */
  boolean extend() {
    if (next == filled && !fill()) {
      return false;
    }
    room(1);
    chars[length++] = '\n';
    taken++;
    return take();
  }

  /** Number of the line, or of the record's first line, from 1. */
  int line() {
    return firstLine;
  }

  /** The characters; only the first {@link #length()} count, and the array may change. */
  char[] chars() {
    return chars;
  }

  /** Number of characters, without the line end. */
  int length() {
    return length > 0 && chars[length - 1] == '\r' ? length - 1 : length;
  }

  /** 400 that names the place of the character at that index. */
  ProblemException unreadable(int index, String detail) {
    int line = firstLine;
    int start = 0;
    for (int i = 0; i < index; i++) {
      if (chars[i] == '\n') {
        line++;
        start = i + 1;
      }
    }
    return IntakeProblems.unreadable(line, index - start + 1L, detail);
  }

  private boolean take() {
    int from = next;
    while (true) {
      int end = indexOfLineFeed(from);
      if (end >= 0) {
        accept(end);
        next = end + 1;
        return true;
      }
      int searched = filled - next;
      if (taken + searched > limit + 1) { // one more for the CR of a CRLF
        throw IntakeProblems.lineTooLong(firstLine, limit);
      }
      if (!fill()) {
        if (next == filled) {
          return false;
        }
        accept(filled);
        next = filled;
        return true;
      }
      from = next + searched;
    }
  }

  private int indexOfLineFeed(int from) {
    for (int i = from; i < filled; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void accept(int end) {
    int lineBytes = end > next && bytes[end - 1] == '\r' ? end - next - 1 : end - next;
    if (taken + lineBytes > limit) {
      throw IntakeProblems.lineTooLong(firstLine, limit);
    }
    taken += end - next;
    int first = length;
    room(end - next);
    CharBuffer text = CharBuffer.wrap(chars, length, chars.length - length);
    CoderResult result =
        decoder.reset().decode(ByteBuffer.wrap(bytes, next, end - next), text, true);
    length = text.position();
    if (result.isError()) {
      throw unreadable(length, "The body is not UTF-8");
    }
    lastLine++;
    if (lastLine == 1 && length > first && chars[first] == BYTE_ORDER_MARK) {
      System.arraycopy(chars, 1, chars, 0, --length);
    }
  }

  private void room(int more) {
    if (length + more > chars.length) {
      chars = Arrays.copyOf(chars, Math.max(length + more, chars.length * 2));
    }
  }

  /** Reads more bytes behind those not taken yet; false if there are no more. */
  private boolean fill() {
    if (ended) {
      return false;
    }
    if (next > 0) {
      System.arraycopy(bytes, next, bytes, 0, filled - next);
      filled -= next;
      next = 0;
    }
    if (filled == bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    int count = body.read(bytes, filled, bytes.length - filled);
    ended = count < 0;
    filled += Math.max(0, count);
    return !ended;
  }
}
