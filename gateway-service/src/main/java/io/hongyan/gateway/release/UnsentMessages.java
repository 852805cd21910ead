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
   * Records these messages of a batch as failed, in the caller's transaction. Repeating it changes
   * nothing.
   *
   * @param seqs in ascending order
   * @param releasingTo no copy of a message beyond it exists, so no sender can start it
   * @return how many were recorded now
   */
  int end(
      long batch,
      int[] seqs,
      int releasingTo,
      OutcomeClass outcomeClass,
      String advice,
      String worker) {
    mapper.lockProgress(batch);
    Integer[] startable =
        IntStream.of(seqs).filter(seq -> seq <= releasingTo).boxed().toArray(Integer[]::new);
    if (startable.length > 0) {
      mapper.lockStarts(batch, startable, worker);
    }
    Integer[] all = IntStream.of(seqs).boxed().toArray(Integer[]::new);
    int recorded = mapper.record(batch, all, outcomeClass.text(), advice, worker);
    mapper.count(batch, "failed_" + outcomeClass.text(), recorded);
    return recorded;
  }
}
