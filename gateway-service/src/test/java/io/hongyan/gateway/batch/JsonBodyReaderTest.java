package io.hongyan.gateway.batch;

import static io.hongyan.gateway.batch.Recipients.body;
import static io.hongyan.gateway.batch.Recipients.dripping;
import static io.hongyan.gateway.batch.Recipients.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.gateway.batch.Recipients.Read;
import io.hongyan.gateway.web.ProblemException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonBodyReaderTest {

  private static final String HEAD = "{\"account\":\"mall\",\"template\":\"t\",\n";
  private static final String BODY =
      HEAD
          + "\"miniprogram\":{\"appid\":\"wx1\",\"pagepath\":\"p\"},\"ratePerSecond\":5,\"uniqueRecipients\":true,\"url\":null,\n"
          + "\"recipients\":[{\"openid\":\"oA1\",\"data\":{\"thing1\":\"耳机\"}},\n{\"openid\":\"oA2\"}]}\n";

  @Test
  void readsSettingsThenRecipients() {
    JsonBodyReader reader = new JsonBodyReader(body("\uFEFF" + BODY), false);

    SettingsForm form = reader.readSettings();
    List<Read> recipients = readAll(reader);

    assertThat(form.text(Setting.ACCOUNT)).isEqualTo("mall");
    assertThat(form.text(Setting.MINIPROGRAM_APPID)).isEqualTo("wx1");
    assertThat(form.text(Setting.MINIPROGRAM_PAGEPATH)).isEqualTo("p");
    assertThat(form.text(Setting.RATE_PER_SECOND)).isEqualTo("5");
    assertThat(form.text(Setting.UNIQUE_RECIPIENTS)).isEqualTo("true");
    assertThat(form.has(Setting.URL)).isFalse();
    assertThat(recipients)
        .containsExactly(
            new Read(1, "oA1", null, null, "耳机", null, null),
            new Read(2, "oA2", null, null, null, null, null));
  }

  @Test
  void readsTheSameOverASlowLine() {
    JsonBodyReader reader = new JsonBodyReader(dripping(BODY), false);

    reader.readSettings();

    assertThat(readAll(reader)).isEqualTo(read(BODY));
  }

  @Test
  void findsNoRecipientsWhereThereAreNone() {
    assertThat(read(HEAD + "\"recipients\":[]}")).isEmpty();
    assertThat(read("{\"account\":\"mall\"}")).isEmpty();
    assertThat(read("{\"account\":\"mall\",\"recipients\":[{\"x\":1}]}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\"recipients\":[{\"openid\":\"a\"}]`, 2, 30",
        "`\"recipients\":[{\"openid\":\"a\"}`, 2, 29",
        "`\"recipients\":[{\"openid\":\"a\"},]}`, 2, 30",
        "`\"recipients\":[{\"openid\":\"a\"}]} x`, 2, 32",
        "`\"recipients\":[{\"openid\":\"a\"}]}{}`, 2, 31",
        "`\"recipients\":[5]}`, 2, 15",
        "`\"recipients\":{}}`, 2, 14",
        "`\"recipients\":[{\"openid\":\"a\",\"openid\":\"b\"}]}`, 2, 37",
        "`\"recipients\":[{\"data\":{\"thing1\":1}}]}`, 2, 33",
        "`\"account\":\"other\",\"recipients\":[]}`, 2, 10",
        "`\"acount\":\"x\",\"recipients\":[]}`, 2, 10",
        "`\"miniprogramAppid\":\"x\",\"recipients\":[]}`, 2, 20",
        "`\"ratePerSecond\":\"5\",\"recipients\":[]}`, 2, 17",
        "`\"ratePerSecond\":1.5,\"recipients\":[]}`, 2, 17",
        "`\"uniqueRecipients\":\"true\",\"recipients\":[]}`, 2, 20",
        "`\"priority\":1,\"recipients\":[]}`, 2, 12",
        "`\"miniprogram\":{\"pagepath\":\"x\"},\"recipients\":[]}`, 2, 15",
        "`\"miniprogram\":{\"appid\":\"x\",\"page\":\"y\"},\"recipients\":[]}`, 2, 35",
        "`\"recipients\":[],\"url\":\"https://x\"}`, 2, 17",
      })
  void namesThePlaceOfWhatItCannotRead(String rest, int line, int column) {
    assertThatThrownBy(() -> read(HEAD + rest))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.status().value()).isEqualTo(400))
        .hasMessageContaining("(line %d, column %d)".formatted(line, column));
  }

  @Test
  void saysThatRecipientsComeLast() {
    String text = "{\"recipients\":[{\"openid\":\"a\"}],\"account\":\"mall\",\"template\":\"t\"}";

    assertThatThrownBy(() -> read(text))
        .hasMessageContaining("'recipients' must come last")
        .hasMessageContaining("'account' comes after it");
  }

  @Test
  void namesThePlaceOfWhatIsNotUtf8() {
    byte[] bytes = (HEAD + "\"recipients\":[{\"openid\":\"?\"}]}").getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 5] = (byte) 0xff;

    assertThatThrownBy(() -> read(new JsonBodyReader(body(bytes), false)))
        .hasMessageContaining("not UTF-8 (line 2, column");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"``", "`[]`", "`null`", "`5`", "`\"x\"`"})
  void refusesWhatIsNoObject(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.status().value()).isEqualTo(400));
  }

  @Test
  void refusesABodyAboveTheLimit() {
    byte[] bytes = BODY.getBytes(StandardCharsets.UTF_8);
    MeasuredBody body =
        new MeasuredBody(new ByteArrayInputStream(bytes), -1, bytes.length - 1L, null);

    assertThatThrownBy(() -> read(new JsonBodyReader(body, false)))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.name()).isEqualTo("body-too-large"));
  }

  private static List<Read> read(String text) {
    return read(new JsonBodyReader(body(text), false));
  }

  private static List<Read> read(JsonBodyReader reader) {
    reader.readSettings();
    return readAll(reader);
  }
}
