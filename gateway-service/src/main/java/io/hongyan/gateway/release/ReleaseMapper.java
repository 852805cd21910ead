package io.hongyan.gateway.release;

import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/**
 * The release cursor and lease of {@code batch}, for {@link ReleaseCursor}. All times are the
 * database's, so that gateways with different clocks agree on leases.
 */
@Mapper
interface ReleaseMapper {

  /**
   * Accounts of the lane with something to release that nobody but the owner works on, the one with
   * the oldest batch first.
   */
  List<String> accountsToRelease(@Param("priority") String priority, @Param("owner") String owner);

  /** Keeps other reservations of the account's lane out until the transaction ends. */
  void lockLane(@Param("account") String account, @Param("priority") String priority);

  /** Empty if the account is disabled, paused or gone. */
  Optional<WindowUse> windowUse(
      @Param("account") String account,
      @Param("priority") String priority,
      @Param("owner") String owner);

  /**
   * Takes or extends the lease of the lane's oldest batches and moves {@code releasing_to}.
   *
   * @param limit most messages
   * @param room messages that the window takes
   * @param minimum room at which a part of the waiting messages is worth a chunk
   * @param windowSeconds window of a batch with a rate, in seconds of it
   * @param pollSeconds how often a batch with a rate is looked at
   */
  List<ReservedRange> reserve(
      @Param("account") String account,
      @Param("priority") String priority,
      @Param("owner") String owner,
      @Param("limit") long limit,
      @Param("room") long room,
      @Param("minimum") long minimum,
      @Param("windowSeconds") double windowSeconds,
      @Param("pollSeconds") double pollSeconds,
      @Param("leaseSeconds") double leaseSeconds);

  /** The recipients of the ranges, all of one account, by batch and seq, without erased people. */
  List<RecipientRow> recipients(
      @Param("account") String account,
      @Param("ids") Long[] ids,
      @Param("firsts") Integer[] firsts,
      @Param("lasts") Integer[] lasts);

  /**
   * Moves {@code released_to} to the end of each range, extends the lease, or ends it with the
   * batch's last message. Returns only batches that the owner still held and that are still
   * releasing.
   */
  List<ReleasedCursor> complete(
      @Param("owner") String owner,
      @Param("ids") Long[] ids,
      @Param("firsts") Integer[] firsts,
      @Param("lasts") Integer[] lasts,
      @Param("leaseSeconds") double leaseSeconds);

  /** Ends the owner's leases of these batches, whatever their state. */
  int giveBack(@Param("owner") String owner, @Param("ids") Long[] ids);

  /**
   * Pauses a batch that the owner holds and notes it in the audit log; 0 if it does not any more.
   *
   * @param batchId the id as it is written in the audit log
   */
  int pause(
      @Param("owner") String owner,
      @Param("id") long id,
      @Param("batchId") String batchId,
      @Param("reason") String reason);
}
