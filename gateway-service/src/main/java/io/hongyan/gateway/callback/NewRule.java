package io.hongyan.gateway.callback;

import org.jspecify.annotations.Nullable;

/**
 * A rule to store, checked.
 *
 * @param reply a {@link ReplyDraft} as JSON
 */
record NewRule(
    String accountId,
    String id,
    String occasion,
    @Nullable String match,
    @Nullable String pattern,
    int position,
    String reply,
    boolean enabled) {}
