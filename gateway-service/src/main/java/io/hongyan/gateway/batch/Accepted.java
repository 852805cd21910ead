package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;

/**
 * A batch that is safely stored.
 *
 * @param body the 202's body
 * @param replayed whether this is the answer to an earlier request with the same key
 */
record Accepted(BatchId batch, String body, boolean replayed) {}
