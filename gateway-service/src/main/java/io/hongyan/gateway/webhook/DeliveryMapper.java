package io.hongyan.gateway.webhook;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for posting deliveries. */
@Mapper
interface DeliveryMapper {

  /** API keys with a delivery that is due, or with one that is to be ended, by id. */
  List<DueWebhook> findDue(@Param("now") Instant now);

  /** Takes due deliveries for this gateway until the lease ends, those that are due longest. */
  List<DueDelivery> claim(
      @Param("key") String key,
      @Param("now") Instant now,
      @Param("leaseUntil") Instant leaseUntil,
      @Param("gateway") String gateway,
      @Param("rows") int rows);

  /** What there is to tell of a batch, for those of the deliveries whose batch is done. */
  List<BatchDoneRow> findBatchesDone(@Param("ids") Long[] ids);

  /** What there is to tell of a message, for those of the deliveries whose message has failed. */
  List<MessageFailedRow> findMessagesFailed(@Param("ids") Long[] ids);

  /** What there is to tell of a message, for those that are still undelivered. */
  List<MessageUndeliveredRow> findMessagesUndelivered(@Param("ids") Long[] ids);

  /**
   * Notes what became of tries; one of the gateway's claims that another has taken over meanwhile
   * only if it was delivered.
   */
  int record(@Param("gateway") String gateway, @Param("rows") RecordedTries rows);

  /** 0 if it was not failing. */
  int markWorking(@Param("key") String key);

  /** 0 if it is failing longer. */
  int markFailing(@Param("key") String key, @Param("since") Instant since);

  /**
   * Switches the webhook off; 0 if it is off, has another URL by now, or is not failing that long.
   *
   * @param failingBefore null = however long it is failing
   */
  int disable(
      @Param("key") String key,
      @Param("url") String url,
      @Param("now") Instant now,
      @Param("reason") String reason,
      @Param("failingBefore") @Nullable Instant failingBefore);

  /** Makes pending deliveries of the key failed; returns how many. */
  int end(@Param("key") String key, @Param("error") String error, @Param("rows") int rows);

  /** A batch that is done; failures by class are JSON. */
  record BatchDoneRow(
      Long id,
      Long batchId,
      String accountId,
      String templateId,
      String state,
      Integer total,
      Integer succeeded,
      Integer failed,
      Integer delivered,
      Integer undelivered,
      Integer ambiguous,
      Instant finishedAt,
      String failuresByClass) {}

  /** A row of {@code send_failed}. */
  record MessageFailedRow(
      Long id,
      Long batchId,
      Integer seq,
      String accountId,
      String templateId,
      String openid,
      @Nullable String ref,
      String outcomeClass,
      @Nullable Integer errcode,
      @Nullable String errmsg,
      String advice,
      Instant failedAt) {}

  /** A message that was accepted and not delivered. */
  record MessageUndeliveredRow(
      Long id,
      Long batchId,
      Integer seq,
      String accountId,
      String templateId,
      String openid,
      @Nullable String ref,
      String status,
      Instant finishedAt) {}
}
