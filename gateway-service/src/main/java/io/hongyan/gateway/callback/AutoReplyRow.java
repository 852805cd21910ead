package io.hongyan.gateway.callback;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code auto_reply}.
 *
 * @param reply a {@link ReplyDraft} as JSON
 */
record AutoReplyRow(
    String accountId,
    String id,
    String occasion,
    @Nullable String match,
    @Nullable String pattern,
    int position,
    String reply,
    boolean enabled,
    Instant createdAt,
    Instant updatedAt) {}
