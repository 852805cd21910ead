package io.hongyan.gateway.callback;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of {@code account_callback}; secrets as they are at rest. */
record CallbackRow(
    String accountId,
    String mode,
    byte[] token,
    byte @Nullable [] aesKey,
    @Nullable String replyUrl,
    byte @Nullable [] replySecret,
    Instant createdAt,
    Instant updatedAt) {}
