package io.hongyan.gateway.batch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of {@code batch} with its {@code batch_progress}. */
record BatchRow(
    Long id,
    String accountId,
    String templateId,
    String state,
    @Nullable String stateReason,
    String priority,
    @Nullable Integer total,
    Integer rejected,
    @Nullable Instant sendAt,
    @Nullable Instant expireAt,
    @Nullable Integer ratePerSecond,
    @Nullable Long retryOf,
    @Nullable String audience,
    @Nullable String scheduleId,
    @Nullable String fallback,
    String createdBy,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    Integer releasedTo,
    Integer succeeded,
    Integer failed,
    Integer delivered,
    Integer undelivered,
    Integer ambiguous,
    Integer failedRecipient,
    Integer failedTemplate,
    Integer failedAccount,
    Integer failedRequest,
    Integer failedExhausted,
    Integer failedUncertain,
    Integer failedCancelled,
    Integer failedExpired) {}
