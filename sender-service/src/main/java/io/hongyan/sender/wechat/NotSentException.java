package io.hongyan.sender.wechat;

import java.io.IOException;

/** The call never reached WeChat: no byte of the request was written. It is safe to try again. */
public final class NotSentException extends IOException {

  private static final long serialVersionUID = 1L;

  NotSentException(IOException cause) {
    super("no connection to WeChat: " + cause.getMessage(), cause);
  }
}
