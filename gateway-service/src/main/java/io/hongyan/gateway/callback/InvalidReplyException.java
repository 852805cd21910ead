package io.hongyan.gateway.callback;

/** What was written is no reply that WeChat takes; the message says why. */
final class InvalidReplyException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String problem;

  InvalidReplyException(String problem) {
    super(problem);
    this.problem = problem;
  }

  /** What is wrong, and what is right. */
  String problem() {
    return problem;
  }
}
