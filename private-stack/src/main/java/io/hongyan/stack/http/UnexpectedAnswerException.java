package io.hongyan.stack.http;

/** A server refused something that the suite has a right to; trying again cannot help. */
public final class UnexpectedAnswerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnexpectedAnswerException(String message) {
    super(message);
  }
}
