package io.hongyan.simulator.message;

/** Where a message lies: enough to read it without the log's lock. */
record Located(int index, long atMillis, Block block, MessageStore names) {}
