package io.hongyan.gateway.release;

import org.jspecify.annotations.Nullable;

/**
 * A recipient as stored.
 *
 * @param url overrides the batch's
 * @param data JSON: {@code {"thing1":{"value":"…","color":"…"}}}
 * @param unsubscribed whether the person is known not to follow the account any more
 */
record RecipientRow(
    long batchId,
    int seq,
    String openid,
    @Nullable String ref,
    @Nullable String url,
    String data,
    boolean unsubscribed) {}
