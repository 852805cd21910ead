package io.hongyan.common.message;

import org.jspecify.annotations.Nullable;

/** The body of an AMQP message is no {@link PushMessage}; it belongs into {@code hongyan.dead}. */
public final class UnreadableMessageException extends Exception {

  private static final long serialVersionUID = 1L;

  UnreadableMessageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
