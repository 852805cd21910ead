package io.hongyan.gateway.inbox;

import io.hongyan.gateway.batch.Uid;
import io.hongyan.gateway.web.ProblemException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an upload of uids, one a line, and writes them checked to a file. Lines end with LF or
 * CRLF; empty ones are passed over, and so is a byte order mark.
 */
final class UidLines {

  // A uid, each character escaped, and what an object has around it.
  private static final int MAX_LINE = 1_024;
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final JsonMapper JSON = new JsonMapper();

  private final InputStream body;
  private final boolean json;
  private final int maxLines;
  private final byte[] line = new byte[MAX_LINE];

  /**
   * @param json whether a line is JSON, {@code "u-42"} or {@code {"uid":"u-42"}}
   */
  UidLines(InputStream body, boolean json, int maxLines) {
    this.body = new BufferedInputStream(body);
    this.json = json;
    this.maxLines = maxLines;
  }

  /**
   * Writes all of them; what it throws for a body that is not as it should be says the line.
   *
   * @throws IOException if the file cannot be written
   */
  void writeTo(Path file) throws IOException {
    int number = 0;
    int uids = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int length = next(++number); length >= 0; length = next(++number)) {
        if (length > 0) {
          if (++uids > maxLines) {
            throw tooLarge(
                "too-many-members",
                "A segment takes at most %d lines; nothing was stored".formatted(maxLines));
          }
          out.write(uid(length, number).getBytes(StandardCharsets.US_ASCII));
          out.write('\n');
        }
      }
    }
  }

  /** Length of the next line without its end; -1 at the end of the body. */
  private int next(int number) {
    int length = 0;
    while (true) {
      int c = read();
      if (c < 0 && length == 0) {
        return -1;
      }
      if (c < 0 || c == '\n') {
        return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
      }
      if (length == MAX_LINE) {
        throw tooLarge(
                "line-too-long",
                "Line %d is longer than %d bytes; nothing was stored".formatted(number, MAX_LINE))
            .with("line", number);
      }
      line[length++] = (byte) c;
    }
  }

  private int read() {
    try {
      return body.read();
    } catch (IOException e) {
      throw new ProblemException(
          HttpStatus.BAD_REQUEST,
          "cut-off",
          "The body was cut off",
          "The body ended early; nothing was stored",
          e);
    }
  }

  private String uid(int length, int number) {
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    if (number == 1 && text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(1);
    }
    text = text.strip();
    String uid = json ? ofJson(text) : text;
    if (uid == null || !Uid.isValid(uid)) {
      throw new ProblemException(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "invalid-value",
              "A value is not allowed",
              "Line %d is not %s, and %s; nothing was stored"
                  .formatted(number, json ? "\"<uid>\" or {\"uid\":\"<uid>\"}" : "a uid", Uid.RULE))
          .at(number, 1);
    }
    return uid;
  }

  private static @Nullable String ofJson(String text) {
    try {
      JsonNode value = JSON.readTree(text);
      JsonNode uid = value.isObject() && value.size() == 1 ? value.get("uid") : value;
      return uid != null && uid.isString() ? uid.stringValue() : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static ProblemException tooLarge(String name, String detail) {
    return new ProblemException(
        HttpStatus.CONTENT_TOO_LARGE, name, "The segment is too large", detail);
  }
}
