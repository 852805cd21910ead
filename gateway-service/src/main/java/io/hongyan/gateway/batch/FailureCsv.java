package io.hongyan.gateway.batch;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Writes failures as CSV, page by page, so that a million of them need no memory. */
final class FailureCsv {

  private static final List<String> HEADER =
      List.of(
          "messageId",
          "openid",
          "ref",
          "class",
          "errcode",
          "errmsg",
          "advice",
          "adviceZh",
          "attempts",
          "failedAt");

  private FailureCsv() {}

  /**
   * Writes the header and all rows.
   *
   * @param pageAfter the rows after a seq, in order; empty at the end
   */
  static void write(Writer out, IntFunction<List<FailureRow>> pageAfter) throws IOException {
    try {
      CsvWriter csv = CsvWriter.builder().build(out);
      csv.writeRecord(HEADER);
      List<FailureRow> page = pageAfter.apply(0);
      while (!page.isEmpty()) {
        for (FailureRow row : page) {
          csv.writeRecord(cells(FailureView.of(row)));
        }
        page = pageAfter.apply(page.getLast().seq());
      }
      csv.flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static List<String> cells(FailureView failure) {
    return List.of(
        failure.messageId(),
        safe(failure.openid()),
        safe(failure.ref()),
        failure.outcomeClass(),
        failure.errcode() == null ? "" : failure.errcode().toString(),
        safe(failure.errmsg()),
        safe(failure.advice()),
        safe(failure.adviceZh()),
        Integer.toString(failure.attempts()),
        failure.failedAt().toString());
  }

  /**
   * The text so that no spreadsheet takes it for a formula: an apostrophe goes before a leading =,
   * +, -, @, tab or line break.
   */
  static String safe(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return "";
    }
    return "=+-@\t\r\n＝＋－＠".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
  }
}
