package io.hongyan.gateway.callback;

/** What WeChat's post is answered with. */
sealed interface Answer {

  /** The reply that the follower sees. */
  record Replied(PassiveReply reply) implements Answer {}

  /** {@code success}: we have it, and there is nothing to say to the follower. */
  record Nothing() implements Answer {}

  /** No answer, so that WeChat asks again. */
  record Withheld() implements Answer {}
}
