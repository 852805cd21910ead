package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FailureCsvTest {

  @Test
  void writesPagesUntilOneIsEmpty() throws IOException {
    List<Integer> asked = new ArrayList<>();
    StringWriter out = new StringWriter();

    FailureCsv.write(
        out,
        seq -> {
          asked.add(seq);
          return seq < 2 ? List.of(row(seq + 1, "ref")) : List.of();
        });

    assertThat(asked).containsExactly(0, 1, 2);
    assertThat(out.toString().lines()).hasSize(3);
    assertThat(out.toString()).startsWith("messageId,openid,ref,class,errcode,");
  }

  @Test
  void letsNoSpreadsheetSeeAFormula() throws IOException {
    StringWriter out = new StringWriter();

    FailureCsv.write(out, seq -> seq == 0 ? List.of(row(1, "=cmd|'/c calc'!A1")) : List.of());

    assertThat(out.toString()).contains(",'=cmd|'/c calc'!A1,");
    assertThat(FailureCsv.safe("+1")).isEqualTo("'+1");
    assertThat(FailureCsv.safe("-1")).isEqualTo("'-1");
    assertThat(FailureCsv.safe("@x")).isEqualTo("'@x");
    assertThat(FailureCsv.safe("\tx")).isEqualTo("'\tx");
    assertThat(FailureCsv.safe("a=b")).isEqualTo("a=b");
    assertThat(FailureCsv.safe(null)).isEmpty();
  }

  private static FailureRow row(int seq, @Nullable String ref) {
    return new FailureRow(
        1L,
        seq,
        "o1",
        ref,
        "{}",
        1,
        "recipient",
        43004,
        "require subscribe",
        "recorded",
        Instant.EPOCH);
  }
}
