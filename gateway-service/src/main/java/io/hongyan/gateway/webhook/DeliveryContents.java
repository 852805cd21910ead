package io.hongyan.gateway.webhook;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.wechat.DeliveryFailure;
import io.hongyan.gateway.batch.FailureAdvice;
import io.hongyan.gateway.webhook.DeliveryMapper.BatchDoneRow;
import io.hongyan.gateway.webhook.DeliveryMapper.MessageFailedRow;
import io.hongyan.gateway.webhook.DeliveryMapper.MessageUndeliveredRow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes what is posted, from the rows as they are now: of a failure that a success has replaced
 * meanwhile nobody is told.
 */
@Component
class DeliveryContents {

  private final DeliveryMapper mapper;
  private final JsonMapper json;

  DeliveryContents(DeliveryMapper mapper, JsonMapper json) {
    this.mapper = mapper;
    this.json = json;
  }

  /** The bodies by the deliveries' ids; none for one whose event is no longer so. */
  Map<Long, byte[]> of(List<DueDelivery> deliveries) {
    Map<Long, byte[]> bodies = new HashMap<>();
    for (WebhookEvent event : WebhookEvent.values()) {
      Long[] ids =
          deliveries.stream()
              .filter(delivery -> delivery.event().equals(event.text()))
              .map(DueDelivery::id)
              .toArray(Long[]::new);
      if (ids.length > 0) {
        contents(event, ids)
            .forEach(
                content ->
                    bodies.put(
                        content.id(),
                        json.writeValueAsBytes(
                            new Body(event.text(), content.at(), content.data()))));
      }
    }
    return bodies;
  }

  private List<Content> contents(WebhookEvent event, Long[] ids) {
    return switch (event) {
      case BATCH_DONE ->
          mapper.findBatchesDone(ids).stream()
              .map(row -> new Content(row.id(), row.finishedAt(), BatchDone.of(row)))
              .toList();
      case MESSAGE_FAILED ->
          mapper.findMessagesFailed(ids).stream()
              .map(row -> new Content(row.id(), row.failedAt(), MessageFailed.of(row)))
              .toList();
      case MESSAGE_UNDELIVERED ->
          mapper.findMessagesUndelivered(ids).stream()
              .map(row -> new Content(row.id(), row.finishedAt(), MessageUndelivered.of(row)))
              .toList();
    };
  }

  private static String messageId(long batchId, int seq) {
    return new MessageId(new BatchId(batchId), seq).toString();
  }

  /** What one delivery tells. */
  private record Content(long id, Instant at, Object data) {}

  /**
   * The body of every post.
   *
   * @param timestamp when it happened, so that each try of a delivery says the same
   */
  private record Body(String type, Instant timestamp, Object data) {}

  /** {@code data} of {@code batch.done}. */
  private record BatchDone(
      String batchId,
      String account,
      String template,
      String state,
      int total,
      int succeeded,
      int failed,
      int delivered,
      int undelivered,
      int ambiguous,
      Instant finishedAt,
      @JsonRawValue String failuresByClass) {

    static BatchDone of(BatchDoneRow row) {
      return new BatchDone(
          new BatchId(row.batchId()).toString(),
          row.accountId(),
          row.templateId(),
          row.state(),
          row.total(),
          row.succeeded(),
          row.failed(),
          row.delivered(),
          row.undelivered(),
          row.ambiguous(),
          row.finishedAt(),
          row.failuresByClass());
    }
  }

  /** {@code data} of {@code message.failed}. */
  @JsonPropertyOrder({
    "messageId",
    "batchId",
    "account",
    "template",
    "openid",
    "ref",
    "class",
    "errcode",
    "errmsg"
  })
  private record MessageFailed(
      String messageId,
      String batchId,
      String account,
      String template,
      String openid,
      @Nullable String ref,
      @JsonProperty("class") String outcomeClass,
      @Nullable Integer errcode,
      @Nullable String errmsg,
      String advice,
      String adviceZh,
      Instant failedAt) {

    static MessageFailed of(MessageFailedRow row) {
      FailureAdvice advice = FailureAdvice.of(row.outcomeClass(), row.errcode(), row.advice());
      return new MessageFailed(
          DeliveryContents.messageId(row.batchId(), row.seq()),
          new BatchId(row.batchId()).toString(),
          row.accountId(),
          row.templateId(),
          row.openid(),
          row.ref(),
          row.outcomeClass(),
          row.errcode(),
          row.errmsg(),
          advice.english(),
          advice.chinese(),
          row.failedAt());
    }
  }

  /**
   * {@code data} of {@code message.undelivered}.
   *
   * @param status as WeChat wrote it, e.g. {@code failed:user block}
   */
  private record MessageUndelivered(
      String messageId,
      String batchId,
      String account,
      String template,
      String openid,
      @Nullable String ref,
      String status,
      String advice,
      String adviceZh,
      Instant finishedAt) {

    static MessageUndelivered of(MessageUndeliveredRow row) {
      DeliveryFailure failure = DeliveryFailure.of(row.status()).orElse(DeliveryFailure.OTHER);
      return new MessageUndelivered(
          DeliveryContents.messageId(row.batchId(), row.seq()),
          new BatchId(row.batchId()).toString(),
          row.accountId(),
          row.templateId(),
          row.openid(),
          row.ref(),
          row.status(),
          failure.adviceEn(),
          failure.adviceZh(),
          row.finishedAt());
    }
  }
}
