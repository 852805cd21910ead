package io.hongyan.sender.record;

import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.record.Entry.Success;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Successes as {@code unnest} takes them, a column an array; times are epoch milliseconds. */
record SuccessColumns(
    long[] batchIds,
    int[] seqs,
    String[] accounts,
    String[] templates,
    String[] openids,
    @Nullable String[] refs,
    int[] attempts,
    @Nullable Long[] msgids,
    long[] times,
    int[] tookMillis) {

  static SuccessColumns of(Collection<Success> rows) {
    Keys keys = Keys.of(rows.stream().map(Success::id).toList());
    List<PushMessage> messages = rows.stream().map(Success::message).toList();
    return new SuccessColumns(
        keys.batchIds(),
        keys.seqs(),
        messages.stream().map(PushMessage::account).toArray(String[]::new),
        messages.stream().map(PushMessage::template).toArray(String[]::new),
        messages.stream().map(PushMessage::openid).toArray(String[]::new),
        messages.stream().map(PushMessage::ref).toArray(String[]::new),
        rows.stream().mapToInt(Success::attempts).toArray(),
        rows.stream().map(Success::msgid).toArray(Long[]::new),
        rows.stream().mapToLong(row -> row.sentAt().toEpochMilli()).toArray(),
        rows.stream().mapToInt(Success::tookMillis).toArray());
  }
}
