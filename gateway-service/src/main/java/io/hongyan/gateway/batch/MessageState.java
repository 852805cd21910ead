package io.hongyan.gateway.batch;

import java.util.Locale;

/** How far a message has come. */
enum MessageState {
  /** Accepted with its batch, not in the queue yet. */
  WAITING,
  /** In the queue, no attempt begun. */
  RELEASED,
  /** Its first attempt is under way. */
  SENDING,
  /** An attempt failed; another follows, or is under way. */
  RETRYING,
  /** WeChat accepted it; whether it arrived the receipt says. */
  ACCEPTED,
  /** It will not be sent again; the outcome says why. */
  FAILED;

  static MessageState of(
      boolean accepted, boolean failed, boolean started, int attempts, boolean released) {
    if (accepted) {
      return ACCEPTED;
    }
    if (failed) {
      return FAILED;
    }
    if (attempts > 0) {
      return RETRYING;
    }
    if (started) {
      return SENDING;
    }
    return released ? RELEASED : WAITING;
  }

  /** The state as it is written in JSON. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
