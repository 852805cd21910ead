package io.hongyan.gateway.release;

import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** Ends messages without a call to WeChat, for {@link UnsentMessages}; all in one transaction. */
@Mapper
interface UnsentMapper {

  /** Keeps recorders of this batch out until the transaction ends. */
  void lockProgress(@Param("id") long id);

  /**
   * Gives every recipient without an outcome a start row, with no open attempt if it is new, and
   * locks the row: a sender that wants to start one of them waits for this transaction, and one
   * that has started is waited for. In seq order, as senders lock them.
   */
  int lockStarts(
      @Param("id") long id, @Param("seqs") Integer[] seqs, @Param("worker") String worker);

  /** Records the recipients that have no outcome and no open attempt. Returns how many. */
  int record(
      @Param("id") long id,
      @Param("seqs") Integer[] seqs,
      @Param("outcomeClass") String outcomeClass,
      @Param("advice") String advice,
      @Param("worker") String worker);

  /**
   * Counts what {@link #record} inserted.
   *
   * @param counter column of {@code batch_progress}; a constant, never a caller's text
   */
  int count(
      @Param("id") long id, @Param("counter") String counter, @Param("recorded") int recorded);
}
