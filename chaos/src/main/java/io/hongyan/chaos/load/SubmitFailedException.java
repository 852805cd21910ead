package io.hongyan.chaos.load;

/** A batch was refused for good, or no gateway answered in time; the message says which. */
public final class SubmitFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SubmitFailedException(String message) {
    super(message);
  }
}
