package io.hongyan.sender.receipt;

import io.hongyan.common.message.MessageId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verdicts as {@code unnest} takes them, a column an array, beside {@link ReceiptColumns}. */
record VerdictColumns(
    @Nullable String[] matches,
    @Nullable Long[] batchIds,
    @Nullable Integer[] seqs,
    long[] delayMillis) {

  static VerdictColumns of(List<Verdict> verdicts) {
    int size = verdicts.size();
    VerdictColumns columns =
        new VerdictColumns(new String[size], new Long[size], new Integer[size], new long[size]);
    for (int i = 0; i < size; i++) {
      switch (verdicts.get(i)) {
        case Verdict.Decided decided -> {
          columns.matches[i] = decided.match().text();
          MessageId message = decided.message();
          if (message != null) {
            columns.batchIds[i] = message.batchId().value();
            columns.seqs[i] = message.seq();
          }
        }
        case Verdict.Later later -> columns.delayMillis[i] = later.delay().toMillis();
      }
    }
    return columns;
  }
}
