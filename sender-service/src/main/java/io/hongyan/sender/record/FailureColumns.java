package io.hongyan.sender.record;

import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.record.Entry.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Failures as {@code unnest} takes them, a column an array; times are epoch milliseconds, data is
 * JSON.
 */
record FailureColumns(
    long[] batchIds,
    int[] seqs,
    String[] accounts,
    String[] templates,
    String[] openids,
    @Nullable String[] refs,
    String[] data,
    int[] attempts,
    String[] classes,
    @Nullable Integer[] errcodes,
    @Nullable String[] errmsgs,
    String[] advices,
    long[] times) {

  static FailureColumns of(List<Failure> rows, JsonMapper json) {
    Keys keys = Keys.of(rows.stream().map(Failure::id).toList());
    List<PushMessage> messages = rows.stream().map(Failure::message).toList();
    return new FailureColumns(
        keys.batchIds(),
        keys.seqs(),
        messages.stream().map(PushMessage::account).toArray(String[]::new),
        messages.stream().map(PushMessage::template).toArray(String[]::new),
        messages.stream().map(PushMessage::openid).toArray(String[]::new),
        messages.stream().map(PushMessage::ref).toArray(String[]::new),
        messages.stream()
            .map(message -> json.writeValueAsString(message.data()))
            .toArray(String[]::new),
        rows.stream().mapToInt(Failure::attempts).toArray(),
        rows.stream().map(row -> row.outcomeClass().text()).toArray(String[]::new),
        rows.stream().map(Failure::errcode).toArray(Integer[]::new),
        rows.stream().map(row -> Keys.storable(row.errmsg())).toArray(String[]::new),
        rows.stream().map(Failure::advice).toArray(String[]::new),
        rows.stream().mapToLong(row -> row.failedAt().toEpochMilli()).toArray());
  }
}
