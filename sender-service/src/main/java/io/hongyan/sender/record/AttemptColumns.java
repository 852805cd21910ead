package io.hongyan.sender.record;

import io.hongyan.sender.record.Entry.Attempt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attempts as {@code unnest} takes them, a column an array; times are epoch milliseconds. */
record AttemptColumns(
    long[] batchIds,
    int[] seqs,
    int[] attempts,
    long[] times,
    @Nullable Integer[] errcodes,
    @Nullable String[] errmsgs,
    int[] tookMillis,
    long[] startIds) {

  static AttemptColumns of(List<Attempt> rows) {
    Keys keys = Keys.of(rows.stream().map(Attempt::id).toList());
    return new AttemptColumns(
        keys.batchIds(),
        keys.seqs(),
        rows.stream().mapToInt(Attempt::attempt).toArray(),
        rows.stream().mapToLong(row -> row.at().toEpochMilli()).toArray(),
        rows.stream().map(Attempt::errcode).toArray(Integer[]::new),
        rows.stream().map(row -> Keys.storable(row.errmsg())).toArray(String[]::new),
        rows.stream().mapToInt(Attempt::tookMillis).toArray(),
        rows.stream().mapToLong(Attempt::startId).toArray());
  }
}
