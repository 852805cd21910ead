package io.hongyan.gateway.callback;

/**
 * A request to the callback endpoint that gets 403 and nothing else. Anybody may cause it at any
 * rate, so it has no stack trace, and its message has nothing of what was sent.
 */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Refusal reason;

  RefusedException(Refusal reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  Refusal reason() {
    return reason;
  }
}
