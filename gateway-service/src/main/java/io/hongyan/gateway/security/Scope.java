package io.hongyan.gateway.security;

import java.util.Locale;
import java.util.Optional;

/** What an API key may do. */
public enum Scope {
  /** Submit batches and steer them; publish announcements, and act for people in the inbox. */
  SEND,
  /** See batches, messages, failures and inboxes. */
  READ,
  /** Get an account's access token and jsapi_ticket, for programs that call WeChat themselves. */
  TOKEN,
  /** Everything, and accounts, templates, keys and people. */
  ADMIN;

  /** The scope as it is written in JSON and SQL. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads {@link #text()}. */
  public static Optional<Scope> ofText(String text) {
    for (Scope scope : values()) {
      if (scope.text().equals(text)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }
}
