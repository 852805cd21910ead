package io.hongyan.sender.record;

import io.hongyan.sender.record.StartMapper.MessageKey;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one {@link OutcomeRecorder} transaction, in the order in which they are called.
 */
@Mapper
interface OutcomeMapper {

  /**
   * Locks the batches' counters in id order: what comes after is one recorder at a time for a
   * batch. Returns their ids: MyBatis takes a query without a result for one with a single row.
   */
  List<Long> lockProgress(@Param("batchIds") long[] batchIds);

  /** Notes attempts; returns those noted now, not by an earlier try of this commit. */
  List<NotedRow> insertAttempts(@Param("rows") AttemptColumns rows, @Param("worker") String worker);

  /** Takes refused attempts off the start rows. */
  void takeOff(
      @Param("batchIds") long[] batchIds, @Param("seqs") int[] seqs, @Param("counts") int[] counts);

  /** Inserts what is absent; returns the messages really inserted. */
  List<MessageKey> insertSuccesses(
      @Param("rows") SuccessColumns rows, @Param("worker") String worker);

  /** Deletes the failures that a success replaces; returns their classes. */
  List<ClassRow> deleteFailures(@Param("batchIds") long[] batchIds, @Param("seqs") int[] seqs);

  /** Those of the messages that have an outcome; {@code class} is null for a success. */
  List<ClassRow> findOutcomes(@Param("batchIds") long[] batchIds, @Param("seqs") int[] seqs);

  /** Locks the messages' start rows in id order and returns how many attempts are open. */
  List<OpenRow> lockStarts(@Param("batchIds") long[] batchIds, @Param("seqs") int[] seqs);

  /** Inserts failures; the caller has made sure that there is no outcome yet. */
  void insertFailures(@Param("rows") FailureColumns rows, @Param("worker") String worker);

  /** Adds to the batches' counters. */
  void addProgress(
      @Param("batchIds") long[] batchIds,
      @Param("counters") String[] counters,
      @Param("deltas") int[] deltas);

  /** An attempt noted now. */
  record NotedRow(Long batchId, Integer seq, Long startId) {}

  /** A message's failure class. */
  record ClassRow(Long batchId, Integer seq, @Nullable String outcomeClass) {}

  /** A message's open attempts. */
  record OpenRow(Long batchId, Integer seq, Integer open) {}
}
