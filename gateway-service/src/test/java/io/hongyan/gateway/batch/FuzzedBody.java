package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.batch.Recipients.Read;
import io.hongyan.gateway.web.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a reader made of a fuzzed body: recipients, or the problem it names. Anything else is
 * thrown, and so is what must not be: a problem without a place, or a body that reads otherwise
 * when it arrives slowly.
 */
record FuzzedBody(byte[] bytes, List<Read> read, String problem) {

  static final int LINE_LIMIT = 256;
  private static final Pattern PLACE = Pattern.compile("\\(line (\\d+), column (\\d+)\\)");

  /**
   * @param lineEnd what ends a line in the format, a regular expression
   */
  static FuzzedBody of(
      byte[] bytes, String lineEnd, Function<MeasuredBody, RecipientReader> reader) {
    FuzzedBody whole = read(bytes, lineEnd, Recipients.body(bytes), reader);
    FuzzedBody slow = read(bytes, lineEnd, Recipients.dripping(bytes), reader);

    assertThat(withoutColumn(slow.problem())).isEqualTo(withoutColumn(whole.problem()));
    assertThat(slow.read()).isEqualTo(whole.read());
    return whole;
  }

  /** Jackson counts one column more where a number breaks off at the end of what has arrived. */
  private static String withoutColumn(String problem) {
    return problem.replaceAll(", column \\d+\\)", ")");
  }

  private static FuzzedBody read(
      byte[] bytes,
      String lineEnd,
      MeasuredBody body,
      Function<MeasuredBody, RecipientReader> reader) {
    try {
      return new FuzzedBody(bytes, Recipients.readAll(reader.apply(body)), "");
    } catch (ProblemException e) {
      String problem = String.valueOf(e.getMessage());
      assertThat(e.status().value()).isIn(400, 413, 422);
      assertCanBeWritten(problem);
      assertThat(problem.length()).isLessThan(1_000);
      if (e.status().value() == 400) {
        assertPlace(problem, bytes, lineEnd);
      }
      return new FuzzedBody(bytes, List.of(), problem);
    }
  }

  boolean isRead() {
    return problem.isEmpty();
  }

  /** The body's text without its byte order mark; only for one that was read. */
  String text() {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new AssertionError("a body that is not UTF-8 was read", e);
    }
  }

  /** Half a surrogate pair in an answer would be an error of the gateway's own. */
  static void assertCanBeWritten(String problem) {
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(problem)).as(problem).isTrue();
  }

  private static void assertPlace(String problem, byte[] bytes, String lineEnd) {
    Matcher place = PLACE.matcher(problem);
    assertThat(place.find()).as("a place in '%s'", problem).isTrue();
    String text = new String(bytes, StandardCharsets.UTF_8);
    List<String> lines = List.of(text.split(lineEnd, -1));
    int line = Integer.parseInt(place.group(1));
    assertThat(line).isBetween(1, lines.size());
    assertThat(Integer.parseInt(place.group(2))).isBetween(1, lines.get(line - 1).length() + 2);
  }
}
