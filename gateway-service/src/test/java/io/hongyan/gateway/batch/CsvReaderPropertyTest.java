package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.batch.Recipients.Read;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Cells of any text, quoted as RFC 4180 has it, are read back as they were. */
class CsvReaderPropertyTest {

  @Provide
  Arbitrary<List<List<String>>> rows() {
    return Arbitraries.of("a", "b", " ", ",", "\"", "\r", "\n", "耳", "🎧")
        .list()
        .ofMaxSize(12)
        .map(characters -> String.join("", characters))
        .list()
        .ofSize(3)
        .list()
        .ofMaxSize(8);
  }

  @Property(tries = 300)
  void readsBackWhatWasWritten(@ForAll("rows") List<List<String>> rows, @ForAll boolean windows) {
    String end = windows ? "\r\n" : "\n";
    String text =
        Stream.concat(Stream.of(List.of("openid", "thing1", "amount2")), rows.stream())
            .map(row -> row.stream().map(CsvReaderPropertyTest::quoted).toList())
            .map(row -> String.join(",", row) + end)
            .collect(Collectors.joining());

    List<Read> read =
        Recipients.readAll(
            new CsvReader(new LineReader(Recipients.body(text), Recipients.LINE_LIMIT)));

    assertThat(read)
        .extracting(row -> Arrays.asList(row.openid(), row.thing1(), row.amount2()))
        .isEqualTo(rows);
  }

  private static String quoted(String cell) {
    return '"' + cell.replace("\"", "\"\"") + '"';
  }
}
