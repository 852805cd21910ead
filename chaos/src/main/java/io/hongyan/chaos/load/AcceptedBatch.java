package io.hongyan.chaos.load;

import java.time.Instant;

/**
 * A batch that a gateway answered 202 to.
 *
 * @param batchId 13 characters, as answered
 * @param recipients those of the request that was answered
 * @param total recipients the gateway says it accepted
 * @param firstTriedAt when the first attempt to submit it began
 * @param attempts requests it took; more than 1 = a gateway was away, or broke off
 */
public record AcceptedBatch(
    String batchId,
    String idempotencyKey,
    ChaosAccount account,
    Recipients recipients,
    int total,
    Instant firstTriedAt,
    int attempts) {}
