package io.hongyan.sender.receipt;

import io.hongyan.common.callback.DeliveryReceipt;
import java.time.Instant;

/**
 * What is known of a message's delivery.
 *
 * @param status as WeChat wrote it in the receipt that said so
 * @param matchedBy {@link Match#MSGID} or {@link Match#PERSON}
 */
record MessageReceipt(ReceiptState state, String status, Instant finishedAt, Match matchedBy) {

  /** What a receipt says that is about this message for certain. */
  static MessageReceipt certain(DeliveryReceipt receipt, Match matchedBy) {
    return new MessageReceipt(
        receipt.delivered() ? ReceiptState.DELIVERED : ReceiptState.UNDELIVERED,
        receipt.status(),
        receipt.finishedAt(),
        matchedBy);
  }

  /** What a receipt says that may be about this message. */
  static MessageReceipt ambiguous(DeliveryReceipt receipt) {
    return new MessageReceipt(
        ReceiptState.AMBIGUOUS, receipt.status(), receipt.finishedAt(), Match.PERSON);
  }

  boolean isCertain() {
    return state != ReceiptState.AMBIGUOUS;
  }

  boolean isBy(Match match) {
    return matchedBy == match;
  }

  /** Whether this receipt, or a copy of it, was what said so. */
  boolean isFrom(DeliveryReceipt receipt) {
    return finishedAt.equals(receipt.finishedAt()) && status.equals(receipt.status());
  }
}
