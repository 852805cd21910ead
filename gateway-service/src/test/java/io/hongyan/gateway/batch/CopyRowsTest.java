package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyRowsTest {

  private final CopyRows rows = new CopyRows();

  @Test
  void writesColumnsAndRows() {
    rows.number(7).tab().text("a").tab().text(null).endRow().number(8).endRow();

    assertThat(written()).isEqualTo("7\ta\t\\N\n8\n");
  }

  @Test
  void escapesWhatCopyReadsItself() {
    rows.text("tab\t line\n return\r back\\ \\N \"quoted\"");

    assertThat(written()).isEqualTo("tab\\t line\\n return\\r back\\\\ \\\\N \"quoted\"");
  }

  @Test
  void escapesJsonAndThenForCopy() {
    rows.jsonString("\" \\ \n \r \t \u0001 \u001f / é 耳 🎧");

    assertThat(written())
        .isEqualTo("\"\\\\\" \\\\\\\\ \\\\n \\\\r \\\\t \\\\u0001 \\\\u001f / é 耳 🎧\"");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 1234567890123456789L, Long.MAX_VALUE, Long.MIN_VALUE})
  void writesNumbers(long number) {
    rows.number(number);

    assertThat(written()).isEqualTo(Long.toString(number));
  }

  @Test
  void growsAndForgets() {
    rows.text("字🎧é".repeat(20_000));
    assertThat(written()).isEqualTo("字🎧é".repeat(20_000));

    rows.truncate(3);
    assertThat(written()).isEqualTo("字");

    rows.clear();
    assertThat(rows.length()).isZero();
  }

  private String written() {
    return new String(rows.bytes(), 0, rows.length(), StandardCharsets.UTF_8);
  }
}
