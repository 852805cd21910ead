package io.hongyan.sender.gate;

import java.time.OffsetDateTime;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/**
 * Writes the gate columns of {@code account}; every change is conditional, so that several senders
 * agree.
 */
@Mapper
interface GateMapper {

  /**
   * Closes the account.
   *
   * @return 0 if it is closed already, or was opened after the request began: then the reply is old
   *     news
   */
  int close(
      @Param("account") String account,
      @Param("reason") String reason,
      @Param("until") @Nullable OffsetDateTime until,
      @Param("evidence") String evidence,
      @Param("requestBegan") OffsetDateTime requestBegan);

  /** Remembers that WeChat said too fast. */
  int slowDown(@Param("account") String account, @Param("rate") int rate);

  /**
   * Opens the gates whose time is over, except those that open only after a probe; returns their
   * accounts.
   */
  List<String> openOverdue(@Param("probed") String probed);

  /**
   * Claims the probe of a gate whose time is over by moving its end; 0 if another sender was first.
   */
  int claimProbe(
      @Param("account") String account,
      @Param("probed") String probed,
      @Param("nextProbe") OffsetDateTime nextProbe);

  /** Opens the account if it is closed for this reason; 0 if it is not. */
  int open(@Param("account") String account, @Param("reason") String reason);

  /** Batches that must not be sent: paused, or cancelled and maybe still in queues. */
  List<HeldBatch> findHeldBatches();

  /** A batch and its state, {@code paused} or {@code cancelled}. */
  record HeldBatch(Long id, String state) {}
}
