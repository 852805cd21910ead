package io.hongyan.gateway.batch;

import java.util.Arrays;
import java.util.Optional;

/** The settings of a batch beside its recipients, as query parameters and as JSON properties. */
enum Setting {
  ACCOUNT("account", Kind.TEXT),
  TEMPLATE("template", Kind.TEXT),
  URL("url", Kind.TEXT),
  MINIPROGRAM_APPID("miniprogramAppid", Kind.TEXT),
  MINIPROGRAM_PAGEPATH("miniprogramPagepath", Kind.TEXT),
  SEND_AT("sendAt", Kind.TEXT),
  EXPIRE_AT("expireAt", Kind.TEXT),
  PRIORITY("priority", Kind.TEXT),
  RATE_PER_SECOND("ratePerSecond", Kind.INTEGER),
  UNIQUE_RECIPIENTS("uniqueRecipients", Kind.BOOLEAN),
  OVERFLOW("overflow", Kind.TEXT),
  FALLBACK("fallback", Kind.TEXT);

  private final String parameter;
  private final Kind kind;

  Setting(String parameter, Kind kind) {
    this.parameter = parameter;
    this.kind = kind;
  }

  /** Name of the query parameter. */
  String parameter() {
    return parameter;
  }

  Kind kind() {
    return kind;
  }

  static Optional<Setting> ofParameter(String name) {
    return Arrays.stream(values()).filter(s -> s.parameter.equals(name)).findFirst();
  }

  /** Reads a top-level JSON property; the mini program is an object there, not two properties. */
  static Optional<Setting> ofProperty(String name) {
    return ofParameter(name).filter(s -> s != MINIPROGRAM_APPID && s != MINIPROGRAM_PAGEPATH);
  }

  /** What a JSON value must be. */
  enum Kind {
    TEXT("a string"),
    INTEGER("a whole number"),
    BOOLEAN("true or false");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    String description() {
      return description;
    }
  }
}
