package io.hongyan.simulator.callback;

/** How many conversations have begun and ended since the last reset. */
public record ConversationCounts(long started, long answered, long silent) {}
