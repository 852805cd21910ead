package io.hongyan.gateway.release;

/** A batch whose audience is being written as recipients; see the columns of the same names. */
record UnresolvedBatch(
    long id,
    String accountId,
    String audience,
    String audienceData,
    String audienceCursor,
    int audienceSeq) {}
