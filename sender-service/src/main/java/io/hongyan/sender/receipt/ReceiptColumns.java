package io.hongyan.sender.receipt;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.sender.record.Keys;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Receipts as {@code unnest} takes them, a column an array. Times are text, so that none loses the
 * digits that make it the same time again.
 */
record ReceiptColumns(
    String[] receivedAt,
    long[] ids,
    String[] accounts,
    String[] openids,
    long[] msgids,
    String[] statuses,
    String[] finishedAt) {

  static ReceiptColumns of(List<DeliveryReceipt> receipts) {
    return new ReceiptColumns(
        receipts.stream().map(receipt -> text(receipt.receivedAt())).toArray(String[]::new),
        receipts.stream().mapToLong(DeliveryReceipt::id).toArray(),
        receipts.stream().map(DeliveryReceipt::account).toArray(String[]::new),
        receipts.stream()
            .map(receipt -> Objects.requireNonNull(Keys.storable(receipt.openid())))
            .toArray(String[]::new),
        receipts.stream().mapToLong(DeliveryReceipt::msgid).toArray(),
        receipts.stream()
            .map(receipt -> Objects.requireNonNull(Keys.storable(receipt.status())))
            .toArray(String[]::new),
        receipts.stream().map(receipt -> text(receipt.finishedAt())).toArray(String[]::new));
  }

  static String text(Instant moment) {
    return moment.toString();
  }
}
