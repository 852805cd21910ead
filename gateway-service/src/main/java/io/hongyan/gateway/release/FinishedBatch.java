package io.hongyan.gateway.release;

/** A batch that has just become done. */
record FinishedBatch(
    long id, String accountId, int total, int succeeded, int failed, long tookMillis) {}
