package io.hongyan.gateway.release;

/** A cancelled batch that is being recorded; see the columns of the same names. */
record CancelledBatch(long id, String accountId, int total, int releasingTo, int cancelledTo) {}
