package io.hongyan.gateway.callback;

/** Decides what a follower's message or event is answered with. Thread-safe. */
interface MessageHandler {

  /** Takes as long as it needs; called once for a message. */
  Handled handle(WeChatMessage message) throws InterruptedException;

  /**
   * What came of it.
   *
   * @param handler who answered, see {@code callback_log.handler}
   */
  record Handled(String handler, KeptReply reply) {}
}
