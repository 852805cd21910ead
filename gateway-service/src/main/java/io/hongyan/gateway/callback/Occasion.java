package io.hongyan.gateway.callback;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** When a rule answers. */
enum Occasion {
  /** A text fits. */
  KEYWORD,
  /** Somebody begins to follow the account. */
  SUBSCRIBE,
  /** Nothing else answers. */
  DEFAULT;

  /** As it is written in JSON and SQL. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Occasion> ofText(String text) {
    return Arrays.stream(values()).filter(occasion -> occasion.text().equals(text)).findAny();
  }
}
