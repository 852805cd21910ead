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
