package io.hongyan.gateway.callback;

import java.io.IOException;

/** What WeChat said is not safe in a queue; the message says why. */
final class NotQueuedException extends IOException {

  NotQueuedException(String message) {
    super(message);
  }
}
