package io.hongyan.gateway.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.wechat.DeliveryFailure;
import io.hongyan.gateway.batch.MessageMapper.AttemptRow;
import io.hongyan.gateway.batch.MessageMapper.MessageRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message as the API shows it.
 *
 * @param attempts calls that were not the last word; only where one message is asked for
 * @param outcome null until there is one
 * @param receipt WeChat's delivery receipt; null until there is one
 */
record MessageView(
    String messageId,
    String batchId,
    String account,
    String template,
    String openid,
    @Nullable String ref,
    @Nullable String url,
    @JsonRawValue String data,
    String state,
    Instant createdAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<AttemptRow> attempts,
    @Nullable Outcome outcome,
    @Nullable Receipt receipt) {

  static MessageView of(MessageRow row, @Nullable List<AttemptRow> attempts) {
    BatchId batch = new BatchId(row.batchId());
    MessageState state =
        MessageState.of(
            row.sentAt() != null,
            row.outcomeClass() != null,
            row.started(),
            row.attemptsNoted(),
            row.released());
    return new MessageView(
        new MessageId(batch, row.seq()).toString(),
        batch.toString(),
        row.accountId(),
        row.templateId(),
        row.openid(),
        row.ref(),
        row.url(),
        row.data(),
        state.text(),
        row.createdAt(),
        attempts,
        Outcome.of(row),
        Receipt.of(row));
  }

  /**
   * What WeChat says became of an accepted message.
   *
   * @param state {@code delivered}, {@code undelivered}, or {@code ambiguous}: it may be about
   *     another message to the person
   * @param status as WeChat wrote it
   * @param matchedBy {@code msgid} = it named the message; {@code person} = found by openid and
   *     time
   * @param advice null unless it was not delivered
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Receipt(
      String state,
      String status,
      Instant finishedAt,
      String matchedBy,
      @Nullable String advice,
      @Nullable String adviceZh) {

    static @Nullable Receipt of(MessageRow row) {
      String state = row.receiptState();
      String status = row.receiptStatus();
      Instant finishedAt = row.receiptFinishedAt();
      String matchedBy = row.receiptMatchedBy();
      if (state == null || status == null || finishedAt == null || matchedBy == null) {
        return null;
      }
      Optional<DeliveryFailure> failure = DeliveryFailure.of(status);
      return new Receipt(
          state,
          status,
          finishedAt,
          matchedBy,
          failure.map(DeliveryFailure::adviceEn).orElse(null),
          failure.map(DeliveryFailure::adviceZh).orElse(null));
    }
  }

  /**
   * The last word on a message: accepted by WeChat, or failed with class and advice.
   *
   * @param wechatMsgid text, since it is larger than what JavaScript's numbers hold
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Outcome(
      boolean accepted,
      Instant at,
      int attempts,
      @Nullable String wechatMsgid,
      @Nullable Integer tookMs,
      @JsonProperty("class") @Nullable String outcomeClass,
      @Nullable Integer errcode,
      @Nullable String errmsg,
      @Nullable String advice,
      @Nullable String adviceZh) {

    static @Nullable Outcome of(MessageRow row) {
      Integer attempts = row.attempts();
      int calls = attempts == null ? 0 : attempts;
      Instant sentAt = row.sentAt();
      if (sentAt != null) {
        Long msgid = row.wechatMsgid();
        return new Outcome(
            true,
            sentAt,
            calls,
            msgid == null ? null : msgid.toString(),
            row.tookMs(),
            null,
            null,
            null,
            null,
            null);
      }
      String failedClass = row.outcomeClass();
      Instant failedAt = row.failedAt();
      if (failedClass == null || failedAt == null) {
        return null;
      }
      String recorded = row.advice();
      FailureAdvice advice =
          FailureAdvice.of(failedClass, row.errcode(), recorded == null ? "" : recorded);
      return new Outcome(
          false,
          failedAt,
          calls,
          null,
          null,
          failedClass,
          row.errcode(),
          row.errmsg(),
          advice.english(),
          advice.chinese());
    }
  }
}
