package io.hongyan.sender.sync;

/** How many a run saw of those that are known, and how many it did not. */
record Counted(Integer seen, Integer unseen) {}
