package io.hongyan.sender.record;

import org.springframework.core.NestedExceptionUtils;

/**
 * The database refuses this message's row for good, e.g. because its batch is older than every
 * partition.
 */
public final class UnrecordableException extends Exception {

  private static final long serialVersionUID = 1L;

  UnrecordableException(Throwable cause) {
    super(
        "the database refuses this message's row: "
            + NestedExceptionUtils.getMostSpecificCause(cause).getMessage(),
        cause);
  }
}
