package io.hongyan.sender.record;

/**
 * The database refuses this message's row for good, e.g. because its batch is older than every
 * partition.
 */
public final class UnrecordableException extends Exception {

  private static final long serialVersionUID = 1L;

  UnrecordableException(Throwable cause) {
    super("the database refuses this message's row: " + cause.getMessage(), cause);
  }
}
