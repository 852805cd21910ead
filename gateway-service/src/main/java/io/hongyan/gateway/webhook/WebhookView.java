package io.hongyan.gateway.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hongyan.common.secret.Secret;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as the API shows it.
 *
 * @param secret in the answer that makes it and never again
 * @param pending how many deliveries wait for their next try
 * @param failingSince when the first of the failures in a row was; null after a success
 * @param disabledAt since when nothing is posted; null = it is on
 */
record WebhookView(
    String keyId,
    String url,
    List<String> events,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret,
    long pending,
    @Nullable Instant failingSince,
    @Nullable Instant disabledAt,
    @Nullable String disabledReason,
    Instant createdAt,
    Instant updatedAt) {

  static WebhookView of(WebhookRow row, @Nullable Secret secret) {
    return new WebhookView(
        row.apiKeyId(),
        row.url(),
        List.of(row.events().split(",")),
        secret == null ? null : secret.reveal(),
        row.pending(),
        row.failingSince(),
        row.disabledAt(),
        row.disabledReason(),
        row.createdAt(),
        row.updatedAt());
  }
}
