package io.hongyan.bench.peer;

import com.github.f4b6a3.tsid.Tsid;
import com.github.f4b6a3.tsid.TsidCreator;

/**
 * The messages of one run. Each run has an id of its own, made as the product makes its batches'
 * ids, so that no message of any run has the id of another.
 *
 * @param text the id as 13 characters
 */
record Batch(long id, String text, int messages) {

  /** A new batch. */
  static Batch of(int messages) {
    Tsid id = TsidCreator.getTsid();
    return new Batch(id.toLong(), id.toString(), messages);
  }

  /** One of its messages, from 1. */
  Message message(int seq) {
    return new Message(id, seq, text + "-" + seq);
  }
}
