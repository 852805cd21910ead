package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;

/** A stored recipient cannot be made into a message; its batch cannot go on without a person. */
final class UnreadableRecipientException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient BatchId batchId;

  UnreadableRecipientException(BatchId batchId, int seq, Throwable cause) {
    super("recipient %d of batch %s has unreadable data".formatted(seq, batchId), cause);
    this.batchId = batchId;
  }

  BatchId batchId() {
    return batchId;
  }
}
