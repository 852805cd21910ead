package io.hongyan.gateway.batch;

import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL that makes a new batch of failed messages. */
@Mapper
interface RetryMapper {

  /** Keeps other retries of the batch out until the transaction ends. */
  void lock(@Param("source") long source);

  /**
   * Waits for erasures in the account and keeps new ones out until the transaction ends: one that
   * began in between would not find what this retry copies. Retries do not wait for each other.
   */
  void lockErasuresOut(@Param("account") String account);

  /** Ids of the batches that were made of the source's failed messages. */
  List<Long> findRetries(@Param("source") long source, @Param("account") String account);

  /**
   * Copies the recipients of failed messages that are in none of the earlier retries, numbered from
   * 1. Returns how many.
   */
  int copyRecipients(
      @Param("source") long source,
      @Param("target") long target,
      @Param("filter") FailureFilter filter,
      @Param("earlier") List<Long> earlier);

  /** Makes the batch and its progress, with the settings of the source. */
  void insertBatch(
      @Param("source") long source,
      @Param("target") long target,
      @Param("wechatTemplateId") String wechatTemplateId,
      @Param("total") int total,
      @Param("createdBy") String createdBy);
}
