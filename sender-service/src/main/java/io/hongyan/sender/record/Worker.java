package io.hongyan.sender.record;

/** Names this sender in the rows it writes: host and process id. */
public record Worker(String id) {}
