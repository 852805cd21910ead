package io.hongyan.gateway.webhook;

import java.util.Optional;

/** What an internal system can hear of. The rows to tell it by are made by triggers (V003). */
enum WebhookEvent {
  BATCH_DONE("batch.done"),
  MESSAGE_FAILED("message.failed"),
  MESSAGE_UNDELIVERED("message.undelivered");

  private final String text;

  WebhookEvent(String text) {
    this.text = text;
  }

  /** As it is written in JSON and SQL. */
  String text() {
    return text;
  }

  /** Reads {@link #text()}. */
  static Optional<WebhookEvent> ofText(String text) {
    for (WebhookEvent event : values()) {
      if (event.text.equals(text)) {
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }
}
