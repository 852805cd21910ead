package io.hongyan.gateway.webhook;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as the API shows it.
 *
 * @param messageId null where it tells of a batch
 * @param state {@code pending}, {@code delivered}, {@code failed}, or {@code void}: what it was to
 *     tell was no longer so
 * @param dueAt when it is posted next; null unless it is pending
 * @param lastError what kept the last try from being delivered
 */
record DeliveryView(
    String id,
    String event,
    String batchId,
    @Nullable String messageId,
    String state,
    int tries,
    Instant createdAt,
    @Nullable Instant dueAt,
    @Nullable Integer lastStatus,
    @Nullable String lastError,
    @Nullable Instant deliveredAt) {

  static DeliveryView of(Row row) {
    BatchId batch = new BatchId(row.batchId());
    return new DeliveryView(
        new DeliveryId(row.id()).toString(),
        row.event(),
        batch.toString(),
        row.seq() == null ? null : new MessageId(batch, row.seq()).toString(),
        row.state(),
        row.tries(),
        row.createdAt(),
        row.dueAt(),
        row.lastStatus(),
        row.lastError(),
        row.deliveredAt());
  }

  /** One row of {@code webhook_delivery}. */
  record Row(
      Long id,
      String event,
      Long batchId,
      @Nullable Integer seq,
      String state,
      Integer tries,
      Instant createdAt,
      @Nullable Instant dueAt,
      @Nullable Integer lastStatus,
      @Nullable String lastError,
      @Nullable Instant deliveredAt) {}
}
