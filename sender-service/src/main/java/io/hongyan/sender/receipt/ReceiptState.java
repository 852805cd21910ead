package io.hongyan.sender.receipt;

import java.util.Locale;

/** What the receipts say of a message; a later one takes the place of an earlier one only. */
enum ReceiptState {
  AMBIGUOUS,
  UNDELIVERED,
  DELIVERED;

  /** As {@code message_receipt} has it; also the counter in {@code batch_progress}. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ReceiptState ofText(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
