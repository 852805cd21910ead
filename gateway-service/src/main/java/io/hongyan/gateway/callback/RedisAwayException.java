package io.hongyan.gateway.callback;

import org.jspecify.annotations.Nullable;

/** Redis gave no answer; go on without it. */
final class RedisAwayException extends Exception {

  private static final long serialVersionUID = 1L;

  RedisAwayException(@Nullable Throwable cause) {
    super("Redis is away", cause, false, false);
  }
}
