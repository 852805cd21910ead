package io.hongyan.gateway.callback;

import java.util.Locale;
import java.util.Optional;

/** How WeChat sends an account's messages; chosen in WeChat's console (wechat-api 6.2). */
enum CallbackMode {
  /** Readable, signed without the body. */
  PLAIN,
  /** Readable and encrypted, both in one body; the encrypted part is what counts. */
  COMPATIBLE,
  /** Encrypted only; anything else is refused. */
  SAFE;

  /** As it is written in JSON and SQL. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads {@link #text()}. */
  static Optional<CallbackMode> ofText(String text) {
    for (CallbackMode mode : values()) {
      if (mode.text().equals(text)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }
}
