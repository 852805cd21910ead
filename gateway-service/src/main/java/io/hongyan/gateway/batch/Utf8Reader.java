package io.hongyan.gateway.batch;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;

/**
 * Decodes a JSON body strictly. Unlike {@link java.io.InputStreamReader} it hands out everything
 * before a wrong byte first, so that the parser knows the place; a byte order mark is passed over.
 */
final class Utf8Reader extends Reader {

  private static final int SIZE = 16 * 1024;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final MeasuredBody body;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).flip();
  private boolean started;
  private boolean ended;

  Utf8Reader(MeasuredBody body) {
    this.body = body;
  }

  /**
   * @throws MalformedInputException if what follows the text read so far is not UTF-8
   */
  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    while (true) {
      CharBuffer text = CharBuffer.wrap(target, offset, length);
      CoderResult result = decoder.decode(bytes, text, ended);
      int count = text.position() - offset;
      if (count > 0 && !started) {
        started = true;
        if (target[offset] == BYTE_ORDER_MARK) {
          System.arraycopy(target, offset + 1, target, offset, --count);
        }
      }
      if (count > 0) {
        return count;
      }
      if (result.isError()) {
        throw new MalformedInputException(result.length());
      }
      if (ended) {
        return -1;
      }
      fill();
    }
  }

  private void fill() {
    bytes.compact();
    int count = body.read(bytes.array(), bytes.position(), bytes.remaining());
    if (count < 0) {
      ended = true;
    } else {
      bytes.position(bytes.position() + count);
    }
    bytes.flip();
  }

  @Override
  public void close() {
    // the container closes the body
  }
}
