package io.hongyan.gateway.batch;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.OutcomeClass;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch as the API shows it.
 *
 * @param total accepted recipients; null while the audience is not resolved
 * @param audience whom it is for, as JSON; null where recipients were given
 * @param schedule the schedule whose run it is; null if somebody submitted it
 * @param stateReason why it is paused or cancelled
 * @param fallback {@code inbox} if what cannot be brought to a person is left in the inbox
 * @param released messages handed to the broker so far
 * @param quietUntil when the account's quiet hours end, for which it waits; null = it does not
 * @param delivered messages that WeChat reported as delivered; the receipts come later than the
 *     outcomes
 * @param ambiguous accepted messages with a receipt that fits others, too
 * @param failuresByClass every class, also those without a failure
 */
record BatchView(
    String batchId,
    String account,
    String template,
    String state,
    @Nullable String stateReason,
    String priority,
    @Nullable Integer total,
    int rejected,
    int released,
    int succeeded,
    int failed,
    int delivered,
    int undelivered,
    int ambiguous,
    @Nullable Integer ratePerSecond,
    @Nullable Instant sendAt,
    @Nullable Instant quietUntil,
    @Nullable Instant expireAt,
    @Nullable String retryOf,
    @JsonRawValue @Nullable String audience,
    @Nullable String schedule,
    @Nullable String fallback,
    String createdBy,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    Map<String, Integer> failuresByClass) {

  static BatchView of(BatchRow row, @Nullable Instant quietUntil) {
    Long retryOf = row.retryOf();
    return new BatchView(
        new BatchId(row.id()).toString(),
        row.accountId(),
        row.templateId(),
        row.state(),
        row.stateReason(),
        row.priority(),
        row.total(),
        row.rejected(),
        row.releasedTo(),
        row.succeeded(),
        row.failed(),
        row.delivered(),
        row.undelivered(),
        row.ambiguous(),
        row.ratePerSecond(),
        row.sendAt(),
        quietUntil,
        row.expireAt(),
        retryOf == null ? null : new BatchId(retryOf).toString(),
        row.audience(),
        row.scheduleId(),
        row.fallback(),
        row.createdBy(),
        row.createdAt(),
        row.startedAt(),
        row.finishedAt(),
        failures(row));
  }

  private static Map<String, Integer> failures(BatchRow row) {
    Map<String, Integer> failures = new LinkedHashMap<>();
    for (OutcomeClass outcomeClass : OutcomeClass.values()) {
      failures.put(
          outcomeClass.text(),
          switch (outcomeClass) {
            case RECIPIENT -> row.failedRecipient();
            case TEMPLATE -> row.failedTemplate();
            case ACCOUNT -> row.failedAccount();
            case REQUEST -> row.failedRequest();
            case EXHAUSTED -> row.failedExhausted();
            case UNCERTAIN -> row.failedUncertain();
            case CANCELLED -> row.failedCancelled();
            case EXPIRED -> row.failedExpired();
          });
    }
    return failures;
  }
}
