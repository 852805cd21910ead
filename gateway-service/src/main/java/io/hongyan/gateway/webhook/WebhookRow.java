package io.hongyan.gateway.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code webhook}, without the secret.
 *
 * @param events comma-separated
 * @param pending how many deliveries wait
 */
record WebhookRow(
    String apiKeyId,
    String url,
    String events,
    Long pending,
    @Nullable Instant failingSince,
    @Nullable Instant disabledAt,
    @Nullable String disabledReason,
    Instant createdAt,
    Instant updatedAt) {}
