package io.hongyan.sender.receipt;

import java.util.Locale;

/** How a receipt's message was found. */
enum Match {
  /** By WeChat's message id. */
  MSGID,
  /** By openid and time: no other message fits. */
  PERSON,
  /** By openid and time, but several messages fit. */
  AMBIGUOUS,
  /** It says nothing that another receipt has not said already. */
  DUPLICATE,
  /** Not at all; given up. */
  NONE;

  /** As {@code delivery_receipt} has it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
