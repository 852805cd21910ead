package io.hongyan.gateway.batch;

import static io.hongyan.gateway.batch.Recipients.body;
import static io.hongyan.gateway.batch.Recipients.dripping;
import static io.hongyan.gateway.batch.Recipients.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.gateway.batch.Recipients.Read;
import io.hongyan.gateway.web.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {

  private static final String HEADER = "openid,ref,url,thing1,amount2\n";

  @Test
  void readsCellsByTheHeader() {
    assertThat(read("amount2,openid,thing1\n¥1,oA1,耳机\n¥2,oA2,🎧"))
        .containsExactly(
            new Read(2, "oA1", null, null, "耳机", "¥1", null),
            new Read(3, "oA2", null, null, "🎧", "¥2", null));
  }

  @Test
  void takesByteOrderMarkAndCrlf() {
    assertThat(read("\uFEFF" + HEADER.replace("\n", "\r\n") + "oA1,r,https://x,a,¥1\r\n"))
        .containsExactly(new Read(2, "oA1", "r", "https://x", "a", "¥1", null));
  }

  @Test
  void takesQuotedCommasQuotesAndLineBreaks() {
    assertThat(read(HEADER + "oA1,\"r\"\"1\",,\"a,b\",\"line\r\nbreak\"\noA2,,,c,¥1\n"))
        .containsExactly(
            new Read(2, "oA1", "r\"1", null, "a,b", "line\r\nbreak", null),
            new Read(4, "oA2", null, null, "c", "¥1", null));
  }

  @Test
  void readsTheSameOverASlowLine() {
    String text = HEADER + "oA1,\"r\"\"1\",,\"a,\n🎧b\",\"x\r\ny\"\r\noA2,,,c,¥1";

    assertThat(readAll(new CsvReader(lines(dripping(text))))).isEqualTo(read(text));
  }

  @Test
  void countsBlankLinesButPassesThemOver() {
    assertThat(read("openid,thing1,amount2\n\noA1,a,¥1\n\r\noA2,b,¥2\n\n"))
        .extracting(Read::line)
        .containsExactly(3, 5);
  }

  @Test
  void leavesWhatAShortRowLacks() {
    assertThat(read(HEADER + "oA1,r\n,,,,\n"))
        .containsExactly(
            new Read(2, "oA1", "r", null, null, null, null),
            new Read(3, "", null, null, "", "", null));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`oA1,r,u,a,b,c\\n`, 2, 13",
        "`oA1,r,u,a,b,\\n`, 2, 13",
        "`oA1,r,u,a,b\\noA2,\"never closed\\nx\\n`, 3, 5",
        "`oA1,r,u,a,\"\\n`, 2, 11",
        "`oA1,\"x\"y,u\\n`, 2, 8",
        "`oA1,耳\"机,u\\n`, 2, 6",
        "`\"oA\\n1\",\"x\"y\\n`, 3, 7",
      })
  void namesThePlaceOfWhatItCannotRead(String rows, int line, int column) {
    assertThatThrownBy(() -> read(HEADER + rows.replace("\\n", "\n")))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.status().value()).isEqualTo(400))
        .hasMessageContaining("(line %d, column %d)".formatted(line, column));
  }

  @Test
  void namesThePlaceOfWhatIsNotUtf8() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes((HEADER + "oA1,r,,耳机").getBytes(StandardCharsets.UTF_8));
    bytes.write(0xff);
    bytes.writeBytes(",¥1\n".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> readAll(new CsvReader(lines(body(bytes.toByteArray())))))
        .hasMessageContaining("not UTF-8 (line 2, column 10)");
  }

  @ParameterizedTest
  @CsvSource({
    "'openid,thing1,thing1', 400, '(line 1, column 15)'",
    "'', 400, 'header is missing'",
    "'thing1,amount2', 422, missing-column",
    "'openid,thing9', 422, unknown-column",
    "'openid;thing1;amount2', 422, unknown-column",
  })
  void refusesAHeader(String header, int status, String saying) {
    assertThatThrownBy(() -> read(header + "\noA1,a,b\n"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.status().value()).isEqualTo(status))
        .hasMessageContaining(saying);
  }

  @Test
  void takesCellsUpToTheLineLimit() {
    String row = "oA1,,," + "a".repeat(Recipients.LINE_LIMIT - 7) + ",";

    assertThat(read(HEADER + row + "\r\n")).singleElement().extracting(Read::line).isEqualTo(2);
    assertThatThrownBy(() -> read(HEADER + row + "x\n"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.name()).isEqualTo("line-too-long"))
        .hasMessageContaining("Line 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "x"})
  void endsARecordThatNeverEnds(String filling) {
    String text = HEADER + "oA1,\"" + filling.repeat(200_000);

    assertThatThrownBy(() -> read(text)).hasMessageContaining("Line 2 is longer than");
  }

  private static List<Read> read(String text) {
    return readAll(new CsvReader(lines(body(text))));
  }

  private static LineReader lines(MeasuredBody body) {
    return new LineReader(body, Recipients.LINE_LIMIT);
  }
}
