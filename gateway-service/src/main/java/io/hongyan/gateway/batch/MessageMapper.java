package io.hongyan.gateway.batch;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for looking at single messages. */
@Mapper
interface MessageMapper {

  Optional<MessageRow> find(@Param("batchId") long batchId, @Param("seq") int seq);

  /** A person's messages of an account before the cursor, newest first. */
  List<MessageRow> findByOpenid(
      @Param("account") String account,
      @Param("openid") String openid,
      @Param("beforeBatch") long beforeBatch,
      @Param("beforeSeq") int beforeSeq,
      @Param("rows") int rows);

  /** Attempts that were not the last word, oldest first. */
  List<AttemptRow> findAttempts(@Param("batchId") long batchId, @Param("seq") int seq);

  /**
   * A recipient with what became of the message.
   *
   * @param data a JSON object
   * @param started whether a sender has begun an attempt
   * @param attemptsNoted attempts that were not the last word
   * @param sentAt null unless WeChat accepted it
   * @param outcomeClass null unless it failed
   * @param attempts calls to WeChat, known with the outcome
   * @param receiptState null until there is a receipt, like the three after it
   */
  record MessageRow(
      Long batchId,
      Integer seq,
      String accountId,
      String templateId,
      String openid,
      @Nullable String ref,
      @Nullable String url,
      String data,
      Instant createdAt,
      Boolean released,
      Boolean started,
      Integer attemptsNoted,
      @Nullable Instant sentAt,
      @Nullable Long wechatMsgid,
      @Nullable Integer tookMs,
      @Nullable Integer attempts,
      @Nullable String outcomeClass,
      @Nullable Integer errcode,
      @Nullable String errmsg,
      @Nullable String advice,
      @Nullable Instant failedAt,
      @Nullable String receiptState,
      @Nullable String receiptStatus,
      @Nullable Instant receiptFinishedAt,
      @Nullable String receiptMatchedBy) {}

  /** One row of {@code send_attempt}. */
  record AttemptRow(
      Integer attempt,
      Instant at,
      @Nullable Integer errcode,
      @Nullable String errmsg,
      Integer tookMs,
      String worker) {}
}
