package io.hongyan.simulator.message;

/**
 * What became of the sends.
 *
 * @param asked different {@code client_msg_id}s seen, on refused sends too
 * @param accepted messages taken
 * @param distinct different {@code client_msg_id}s among the accepted
 * @param repeated {@code client_msg_id}s accepted more than once
 * @param suppressed sends dropped as repeats inside the window
 */
public record MessageCounts(
    long asked, long accepted, long distinct, long repeated, long suppressed) {}
