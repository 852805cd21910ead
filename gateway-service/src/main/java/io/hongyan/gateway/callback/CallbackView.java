package io.hongyan.gateway.callback;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account's callback as the API shows it; token and key are never shown.
 *
 * @param path goes behind the gateway's public address into WeChat's console
 * @param replySecret in the answer that made it, and never again
 */
record CallbackView(
    String account,
    String path,
    String mode,
    @Nullable String replyUrl,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String replySecret,
    Instant createdAt,
    Instant updatedAt) {

  static CallbackView of(CallbackRow row, @Nullable String newReplySecret) {
    return new CallbackView(
        row.accountId(),
        "/wechat/%s/callback".formatted(row.accountId()),
        row.mode(),
        row.replyUrl(),
        newReplySecret,
        row.createdAt(),
        row.updatedAt());
  }
}
