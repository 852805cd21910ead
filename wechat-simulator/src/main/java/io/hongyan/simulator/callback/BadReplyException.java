package io.hongyan.simulator.callback;

/** An answer that WeChat would not take; the message says why. */
final class BadReplyException extends Exception {

  private static final long serialVersionUID = 1L;

  BadReplyException(String problem) {
    super(problem);
  }

  BadReplyException(String problem, Throwable cause) {
    super(problem, cause);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
