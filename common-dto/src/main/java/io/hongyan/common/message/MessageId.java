package io.hongyan.common.message;

import java.util.Comparator;
import java.util.Optional;

/**
 * One message: a batch and a recipient's place in it. Written {@code <batchId>-<seq>} it is also
 * the {@code client_msg_id} that WeChat sees and the AMQP message id.
 *
 * @param seq the recipient's place in the batch, from 1
 */
public record MessageId(BatchId batchId, int seq) implements Comparable<MessageId> {

  private static final Comparator<MessageId> ORDER =
      Comparator.comparing(MessageId::batchId).thenComparingInt(MessageId::seq);

  /** Rejects a seq below 1. */
  public MessageId {
    if (seq < 1) {
      throw new IllegalArgumentException("seq must be 1 or more: " + seq);
    }
  }

  /** Reads {@code <batchId>-<seq>}; empty if the text is not one. */
  public static Optional<MessageId> parse(String text) {
    int dash = text.indexOf('-');
    if (dash < 0 || !text.substring(dash + 1).matches("[1-9][0-9]{0,8}")) {
      return Optional.empty();
    }
    int seq = Integer.parseInt(text.substring(dash + 1));
    return BatchId.parse(text.substring(0, dash)).map(batch -> new MessageId(batch, seq));
  }

  @Override
  public int compareTo(MessageId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return batchId + "-" + seq;
  }
}
