package io.hongyan.simulator.message;

/**
 * The answer to a send that WeChat takes.
 *
 * @param repeat a repeat inside the {@code client_msg_id} window: nothing was accepted anew, and
 *     {@code msgid} is the first one's
 */
public record Acceptance(long msgid, boolean repeat) {}
