package io.hongyan.gateway.release;

/** A batch with released messages of which nothing was heard for {@code lost-after}. */
record SilentBatch(long id, String accountId, String priority, String state) {}
