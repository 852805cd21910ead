package io.hongyan.sender.record;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** The rows of {@code send_started}; called in the transaction of a {@link StartRecorder} group. */
@Mapper
interface StartMapper {

  /** Counts one more attempt for each message; ids in ascending order and each only once. */
  List<StartedRow> start(
      @Param("batchIds") long[] batchIds,
      @Param("seqs") int[] seqs,
      @Param("startIds") long[] startIds,
      @Param("worker") String worker,
      @Param("doubtWindowMillis") long doubtWindowMillis);

  /** Those of the messages that have an outcome. */
  List<MessageKey> findRecorded(@Param("batchIds") long[] batchIds, @Param("seqs") int[] seqs);

  /** Takes back a start that did not lead to a call. */
  void undo(@Param("batchIds") long[] batchIds, @Param("seqs") int[] seqs);

  /**
   * A start row after the start.
   *
   * @param open this start included
   * @param old whether the oldest open attempt began before the doubt window
   */
  record StartedRow(long batchId, int seq, int open, boolean old) {}

  /** A message's key. */
  record MessageKey(long batchId, int seq) {
    MessageId id() {
      return new MessageId(new BatchId(batchId), seq);
    }
  }
}
