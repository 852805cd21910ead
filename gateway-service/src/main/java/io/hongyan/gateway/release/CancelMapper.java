package io.hongyan.gateway.release;

import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** Records the recipients of cancelled batches, for {@link Canceller}. */
@Mapper
interface CancelMapper {

  /** Takes the lease of the oldest cancelled batch that nobody works on. */
  Optional<CancelledBatch> claim(
      @Param("owner") String owner, @Param("leaseSeconds") double leaseSeconds);

  /** Keeps recorders of this batch out until the transaction ends. */
  void lockProgress(@Param("id") long id);

  /**
   * Gives every recipient without an outcome a start row, with no open attempt if it is new, and
   * locks the row: a sender that wants to start one of them waits for this transaction, and one
   * that has started is waited for. In seq order, as senders lock them.
   */
  int lockStarts(
      @Param("id") long id,
      @Param("first") int first,
      @Param("last") int last,
      @Param("owner") String owner);

  /**
   * Records the recipients that have no outcome and no open attempt as cancelled. Returns how many.
   */
  int record(
      @Param("id") long id,
      @Param("first") int first,
      @Param("last") int last,
      @Param("advice") String advice,
      @Param("owner") String owner);

  /** Counts what {@link #record} inserted. */
  int count(@Param("id") long id, @Param("cancelled") int cancelled);

  /**
   * Moves {@code cancelled_to} and extends the lease, or ends it at the batch's last recipient. 0
   * if somebody else has the lease.
   */
  int advance(
      @Param("owner") String owner,
      @Param("id") long id,
      @Param("cancelledTo") int cancelledTo,
      @Param("leaseSeconds") double leaseSeconds);

  /** Ends the lease before the batch is through. */
  int giveBack(@Param("owner") String owner, @Param("id") long id);
}
