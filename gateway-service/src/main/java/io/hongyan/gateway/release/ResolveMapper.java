package io.hongyan.gateway.release;

import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** Where the audiences of batches are, for {@link AudienceResolver}; all in its transaction. */
@Mapper
interface ResolveMapper {

  /**
   * Locks a releasing batch whose audience is not resolved: urgent ones first, then the one with
   * the fewest found until now, so that a small audience does not wait behind a large one. Passes
   * over those that another gateway has locked.
   */
  Optional<UnresolvedBatch> lockNext();

  /**
   * Keeps people of the account from being erased until the transaction ends; false, without a
   * wait, if one is being erased.
   */
  boolean tryLockErasuresOut(@Param("account") String account);

  /** Notes where the last page ended. */
  void advance(@Param("id") long id, @Param("cursor") String cursor, @Param("seq") int seq);

  /**
   * Makes the recipients written so far the total; without any the batch is done.
   *
   * @param remark for {@code state_reason}; null = none
   */
  void complete(@Param("id") long id, @Param("remark") @Nullable String remark);

  /**
   * Pauses the batch and notes it in the audit log.
   *
   * @param batchId the id as it is written in the audit log
   */
  int pause(@Param("id") long id, @Param("batchId") String batchId, @Param("reason") String reason);
}
