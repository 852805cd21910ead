package io.hongyan.gateway.release;

/** Where a batch stands after a chunk: its id and its new state. */
record ReleasedCursor(long id, String state) {}
