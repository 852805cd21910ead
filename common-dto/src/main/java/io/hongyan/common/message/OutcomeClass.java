package io.hongyan.common.message;

import java.util.Locale;

/** Why a message failed, as it stands in {@code send_failed.class}. */
public enum OutcomeClass {
  /** This person cannot get this message: no follower, wrong openid, too often. */
  RECIPIENT,
  /** The template is gone, banned or another account's. */
  TEMPLATE,
  /** The account may not send. */
  ACCOUNT,
  /** The request itself is wrong. */
  REQUEST,
  /** WeChat kept answering that it is busy. */
  EXHAUSTED,
  /** WeChat may have accepted it, nobody knows; a person decides. */
  UNCERTAIN,
  /** The batch was cancelled, or the person erased, before it was sent. */
  CANCELLED,
  /** Its {@code expireAt} passed before it was sent. */
  EXPIRED;

  /** The class as it is written in JSON and SQL. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads {@link #text()}. */
  public static OutcomeClass ofText(String text) {
    for (OutcomeClass outcomeClass : values()) {
      if (outcomeClass.text().equals(text)) {
        return outcomeClass;
      }
    }
    throw new IllegalArgumentException("not an outcome class: " + text);
  }
}
