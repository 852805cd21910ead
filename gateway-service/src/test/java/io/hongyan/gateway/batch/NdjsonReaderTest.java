package io.hongyan.gateway.batch;

import static io.hongyan.gateway.batch.Recipients.body;
import static io.hongyan.gateway.batch.Recipients.dripping;
import static io.hongyan.gateway.batch.Recipients.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.gateway.batch.Recipients.Read;
import io.hongyan.gateway.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NdjsonReaderTest {

  private static final String GOOD =
      "{\"openid\":\"oA1\",\"ref\":\"r\",\"url\":\"https://x\",\"data\":{\"thing1\":\"耳机🎧\",\"amount2\":{\"value\":\"¥1\",\"color\":\"#fff\"}}}";
  private static final Read READ = new Read(1, "oA1", "r", "https://x", "耳机🎧", "¥1", null);

  @Test
  void readsOneRecipientALine() {
    assertThat(read(GOOD + "\n{\"openid\":\"oA2\",\"data\":null}"))
        .containsExactly(READ, new Read(2, "oA2", null, null, null, null, null));
  }

  @Test
  void takesByteOrderMarkCrlfAndBlankLines() {
    assertThat(read("\uFEFF" + GOOD + "\r\n\r\n  \n" + GOOD + "\r\n\n"))
        .extracting(Read::line)
        .containsExactly(1, 4);
  }

  @Test
  void readsTheSameOverASlowLine() {
    String text = GOOD + "\r\n" + GOOD + "\n";

    assertThat(readAll(new NdjsonReader(lines(dripping(text))))).isEqualTo(read(text));
  }

  @Test
  void remembersAFieldThatTheTemplateLacks() {
    assertThat(read("{\"openid\":\"o\",\"data\":{\"thing9\":{\"value\":\"x\"},\"thing8\":\"y\"}}"))
        .containsExactly(new Read(1, "o", null, null, null, null, "thing9"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"openid\":\"a\"`, 2, 14",
        "`{\"openid\":\"耳耳耳\",}`, 2, 17",
        "`{\"openid\":\"a\"} x`, 2, 16",
        "`{\"openid\":\"a\"} {}`, 2, 16",
        "`{\"openid\":5}`, 2, 11",
        "`{\"openid\":true}`, 2, 11",
        "`{\"openid\":\"a\",\"openid\":\"b\"}`, 2, 23",
        "`{\"openid\":\"a\",\"data\":{\"thing1\":\"x\",\"thing1\":\"y\"}}`, 2, 44",
        "`{\"opnid\":\"a\"}`, 2, 10",
        "`{\"data\":[]}`, 2, 9",
        "`{\"data\":{\"thing1\":5}}`, 2, 19",
        "`{\"data\":{\"thing1\":[]}}`, 2, 19",
        "`{\"data\":{\"thing1\":{\"value\":5}}}`, 2, 28",
        "`{\"data\":{\"thing1\":{\"text\":\"x\"}}}`, 2, 27",
        "`[]`, 2, 1",
        "`\"x\"`, 2, 1",
        "`nonsense`, 2, 1",
      })
  void namesThePlaceOfWhatItCannotRead(String second, int line, int column) {
    assertThatThrownBy(() -> read(GOOD + "\n" + second + "\n" + GOOD))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.status().value()).isEqualTo(400))
        .hasMessageContaining("(line %d, column %d)".formatted(line, column));
  }

  @Test
  void aCarriageReturnAloneEndsNoLine() {
    assertThatThrownBy(() -> read(GOOD + "\n{\r\"openid\":\r5}\n"))
        .hasMessageContaining("(line 2, column 13)");
  }

  @Test
  void namesThePlaceOfWhatIsNotUtf8() {
    byte[] bytes = (GOOD + "\n{\"openid\":\"?\"}").getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 3] = (byte) 0xc0;

    assertThatThrownBy(() -> readAll(new NdjsonReader(lines(body(bytes)))))
        .hasMessageContaining("not UTF-8 (line 2, column 12)");
  }

  @Test
  void refusesALineAboveTheLimitAndTakesOneAtIt() {
    String line = "{\"openid\":\"" + "x".repeat(Recipients.LINE_LIMIT - 13) + "\"}";

    assertThat(read(line + "\r\n" + line)).hasSize(2);
    assertThatThrownBy(() -> read(GOOD + "\n" + line + " \n"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.status().value()).isEqualTo(413))
        .hasMessageContaining("Line 2");
  }

  private static List<Read> read(String text) {
    return readAll(new NdjsonReader(lines(body(text))));
  }

  private static LineReader lines(MeasuredBody body) {
    return new LineReader(body, Recipients.LINE_LIMIT);
  }
}
