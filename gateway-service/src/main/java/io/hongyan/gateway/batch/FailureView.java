package io.hongyan.gateway.batch;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A failed message as the API shows it, with what to do about it. */
@JsonPropertyOrder({"messageId", "openid", "ref", "class", "errcode", "errmsg", "advice"})
record FailureView(
    String messageId,
    String openid,
    @Nullable String ref,
    @JsonProperty("class") String outcomeClass,
    @Nullable Integer errcode,
    @Nullable String errmsg,
    String advice,
    String adviceZh,
    int attempts,
    Instant failedAt,
    @JsonRawValue @Nullable String data) {

  static FailureView of(FailureRow row) {
    FailureAdvice advice = FailureAdvice.of(row.outcomeClass(), row.errcode(), row.advice());
    return new FailureView(
        new MessageId(new BatchId(row.batchId()), row.seq()).toString(),
        row.openid(),
        row.ref(),
        row.outcomeClass(),
        row.errcode(),
        row.errmsg(),
        advice.english(),
        advice.chinese(),
        row.attempts(),
        row.failedAt(),
        row.data());
  }
}
