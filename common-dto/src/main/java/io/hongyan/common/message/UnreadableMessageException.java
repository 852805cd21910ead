package io.hongyan.common.message;

import org.jspecify.annotations.Nullable;

/**
 * The body of an AMQP message is not what its queue is for; it belongs into {@code hongyan.dead}.
 */
public final class UnreadableMessageException extends Exception {

  private static final long serialVersionUID = 1L;

  /** For codecs of other packages; {@code message} says what is wrong with the body. */
  public UnreadableMessageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
