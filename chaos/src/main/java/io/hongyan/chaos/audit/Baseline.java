package io.hongyan.chaos.audit;

/**
 * Where a round began; what was there before is none of its business.
 *
 * @param batchId largest id of a batch; -1 = there was none
 * @param deadLetterId largest id in {@code dead_letter}; 0 = there was none
 * @param accepted messages that the simulator had accepted since its reset
 * @param repeated ids that it had accepted more than once
 * @param suppressed repeats that it had dropped
 */
public record Baseline(
    long batchId, long deadLetterId, int accepted, long repeated, long suppressed) {}
