package io.hongyan.gateway.release;

import org.jspecify.annotations.Nullable;

/**
 * A chunk was not confirmed, wholly or in part: the broker is away, refused it or took too long.
 * Publishing it again is safe.
 */
final class PublishFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  PublishFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
