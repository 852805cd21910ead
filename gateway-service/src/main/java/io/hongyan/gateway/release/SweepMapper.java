package io.hongyan.gateway.release;

import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** Finds released messages of which nothing was heard, for {@link LostMessageSweeper}. */
@Mapper
interface SweepMapper {

  /** Batches of open accounts that wait for outcomes and where nothing happened lately. */
  List<SilentBatch> silentBatches(@Param("lostAfterSeconds") double lostAfterSeconds);

  /** Takes the lease if the batch is still as silent as it was; else empty. */
  Optional<ReservedRange> claim(
      @Param("owner") String owner,
      @Param("id") long id,
      @Param("lostAfterSeconds") double lostAfterSeconds,
      @Param("leaseSeconds") double leaseSeconds);

  /** Recipients of the range without an outcome, a recent start or a recent attempt, by seq. */
  List<RecipientRow> lost(
      @Param("id") long id,
      @Param("first") int first,
      @Param("last") int last,
      @Param("lostAfterSeconds") double lostAfterSeconds);

  /** Extends the lease; 0 if it is lost or the batch's state changed. */
  int keepLease(
      @Param("owner") String owner,
      @Param("id") long id,
      @Param("state") String state,
      @Param("leaseSeconds") double leaseSeconds);

  /** Notes that the batch was looked through, and ends the lease. */
  int markSwept(@Param("owner") String owner, @Param("id") long id);

  /** Ends the lease of a batch that was not looked through to the end. */
  int giveBack(@Param("owner") String owner, @Param("id") long id);
}
