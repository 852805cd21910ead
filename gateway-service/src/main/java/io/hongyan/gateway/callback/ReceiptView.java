package io.hongyan.gateway.callback;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.wechat.DeliveryFailure;
import io.hongyan.gateway.callback.HistoryMapper.ReceiptRow;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A delivery receipt as the API shows it.
 *
 * @param msgid as WeChat says, 0 = it does not say; text, since it is larger than what JavaScript's
 *     numbers hold
 * @param match {@code open} while its message is being looked for
 * @param messageId the message it is about; null where that is not known, or not certain
 * @param advice null unless the status is a failure
 */
record ReceiptView(
    Instant receivedAt,
    String openid,
    String msgid,
    String status,
    Instant finishedAt,
    String match,
    @Nullable String messageId,
    @Nullable String advice,
    @Nullable String adviceZh) {

  static ReceiptView of(ReceiptRow row) {
    Optional<DeliveryFailure> failure = DeliveryFailure.of(row.status());
    return new ReceiptView(
        row.receivedAt(),
        row.openid(),
        row.msgid().toString(),
        row.status(),
        row.finishedAt(),
        row.match() == null ? "open" : row.match(),
        messageId(row.batchId(), row.seq()),
        failure.map(DeliveryFailure::adviceEn).orElse(null),
        failure.map(DeliveryFailure::adviceZh).orElse(null));
  }

  private static @Nullable String messageId(@Nullable Long batch, @Nullable Integer seq) {
    return batch == null || seq == null ? null : new MessageId(new BatchId(batch), seq).toString();
  }
}
