package io.hongyan.bench.peer;

import com.github.f4b6a3.tsid.Tsid;

/**
 * One message of a batch.
 *
 * @param seq its place in the batch, from 1
 * @param id both as {@code <13 characters>-<seq>}: the client_msg_id and the AMQP message id
 */
record Message(long batchId, int seq, String id) {

  /** Reads the id; throws IllegalArgumentException if the text is none. */
  static Message parse(String id) {
    int dash = id.indexOf('-');
    if (dash < 0) {
      throw new IllegalArgumentException("no message id: " + id);
    }
    return new Message(
        Tsid.from(id.substring(0, dash)).toLong(), Integer.parseInt(id.substring(dash + 1)), id);
  }

  Key key() {
    return new Key(batchId, seq);
  }

  /** The message as the tables know it. */
  record Key(long batchId, int seq) implements Comparable<Key> {

    @Override
    public int compareTo(Key other) {
      int batches = Long.compare(batchId, other.batchId);
      return batches == 0 ? Integer.compare(seq, other.seq) : batches;
    }
  }
}
