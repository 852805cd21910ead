package io.hongyan.simulator.callback;

import io.hongyan.simulator.settings.ReceiptSettings;

/** What becomes of a message, in WeChat's words (wechat-api 5). */
enum ReceiptStatus {
  SUCCESS(0, "success"),
  USER_BLOCK(1, "failed:user block"),
  SYSTEM_FAILED(2, "failed: system failed");

  private final byte code;
  private final String text;

  ReceiptStatus(int code, String text) {
    this.code = (byte) code;
    this.text = text;
  }

  /** Stands for it where it is packed. */
  byte code() {
    return code;
  }

  static ReceiptStatus of(byte code) {
    return switch (code) {
      case 0 -> SUCCESS;
      case 1 -> USER_BLOCK;
      default -> SYSTEM_FAILED;
    };
  }

  String text() {
    return text;
  }

  /** By the message's hash, so that it is the same whoever reckons it. */
  static ReceiptStatus of(long msgid, ReceiptSettings settings) {
    double place = share(msgid);
    if (place < settings.userBlockShare()) {
      return USER_BLOCK;
    }
    return place < settings.userBlockShare() + settings.systemFailedShare()
        ? SYSTEM_FAILED
        : SUCCESS;
  }

  /** Whether the receipt hides the message's id; has nothing to do with its status. */
  static boolean hidesMsgid(long msgid, ReceiptSettings settings) {
    return share(~msgid) < settings.msgidZeroShare();
  }

  /** From 0 to below 1, evenly spread over msgids that lie side by side. */
  private static double share(long key) {
    // SplitMix64's last step.
    long hash = (key ^ (key >>> 30)) * 0xBF58476D1CE4E5B9L;
    hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
    hash ^= hash >>> 31;
    return (hash >>> 11) * 0x1.0p-53;
  }
}
