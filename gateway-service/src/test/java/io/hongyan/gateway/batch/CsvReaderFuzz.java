package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.hongyan.gateway.batch.Recipients.Read;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any bytes as CSV: recipients that another CSV reader finds too, or a problem with its place. */
class CsvReaderFuzz {

  @FuzzTest
  void readsWhatAnotherReaderReads(byte[] bytes) {
    FuzzedBody body =
        FuzzedBody.of(bytes, "\n", in -> new CsvReader(new LineReader(in, FuzzedBody.LINE_LIMIT)));

    // The other reader takes a CR alone for a line's end.
    if (body.isRead() && body.text().replace("\r\n", "\n").indexOf('\r') < 0) {
      assertThat(body.read()).isEqualTo(readByFastCsv(body.text()));
    }
  }

  private static List<Read> readByFastCsv(String text) {
    List<Read> all = new ArrayList<>();
    List<String> header = List.of();
    for (CsvRecord row :
        de.siegmar.fastcsv.reader.CsvReader.builder()
            .skipEmptyLines(true)
            .allowMissingFields(true)
            .ofCsvRecord(text)) {
      if (header.isEmpty()) {
        header = row.getFields().stream().map(String::strip).toList();
      } else {
        all.add(read(row, header));
      }
    }
    return all;
  }

  private static Read read(CsvRecord row, List<String> header) {
    return new Read(
        (int) row.getStartingLineNumber(),
        cell(row, header, "openid"),
        emptyAsAbsent(cell(row, header, "ref")),
        emptyAsAbsent(cell(row, header, "url")),
        cell(row, header, "thing1"),
        cell(row, header, "amount2"),
        null);
  }

  private static @Nullable String cell(CsvRecord row, List<String> header, String name) {
    int column = header.indexOf(name);
    return column < 0 || column >= row.getFieldCount() ? null : row.getField(column);
  }

  private static @Nullable String emptyAsAbsent(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
