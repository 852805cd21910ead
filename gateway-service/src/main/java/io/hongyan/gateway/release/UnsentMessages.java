package io.hongyan.gateway.release;

import io.hongyan.common.message.OutcomeClass;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/**
 * Ends messages that are not to be sent, as long as WeChat cannot have them: one whose start row is
 * open may have been accepted, and its sender ends it. Thread-safe.
 */
@Component
class UnsentMessages {

  private final UnsentMapper mapper;

  UnsentMessages(UnsentMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * Keeps senders and recorders from these messages until the caller's transaction ends. Once a
   * batch and transaction, for batches in the order of their ids, or others wait in a circle.
   *
   * @param seqs in ascending order
   */
  void lock(long batch, int[] seqs, String worker) {
    mapper.lockProgress(batch);
    if (seqs.length > 0) {
      mapper.lockStarts(batch, boxed(seqs), worker);
    }
  }

  /**
   * Records messages as failed, in the transaction that has locked them. Repeating it changes
   * nothing. Messages of which no copy exists yet need no lock.
   *
   * @return how many were recorded now
   */
  int end(long batch, int[] seqs, OutcomeClass outcomeClass, String advice, String worker) {
    if (seqs.length == 0) {
      return 0;
    }
    int recorded = mapper.record(batch, boxed(seqs), outcomeClass.text(), advice, worker);
    mapper.count(batch, "failed_" + outcomeClass.text(), recorded);
    return recorded;
  }

  private static Integer[] boxed(int[] seqs) {
    return IntStream.of(seqs).boxed().toArray(Integer[]::new);
  }
}
