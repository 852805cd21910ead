package io.hongyan.sender.delivery;

import io.hongyan.common.message.PushMessage;

/** What is to become of a message's place in its queue. */
public sealed interface Disposition {

  /** All is recorded: ack. */
  record Recorded() implements Disposition {}

  /** Publish this to the waiting queue of that level, then ack. */
  record Requeue(int level, PushMessage message) implements Disposition {}

  /** Cannot be sent now, no try used: publish this to the last waiting queue, then ack. */
  record Park(PushMessage message) implements Disposition {}

  /** Nothing can be done with it: publish it to {@code hongyan.dead} with the reason, then ack. */
  record Dead(String reason) implements Disposition {}

  /**
   * This sender stops before the message was started: leave it unacked, the broker gives it to
   * another.
   */
  record Leave() implements Disposition {}
}
