package io.hongyan.sender.wechat;

import org.jspecify.annotations.Nullable;

/**
 * Why a call about an account, other than a send, was not made or did nothing. For those who only
 * pass it on; whoever can do something about it catches the kind that it knows.
 */
public abstract class AccountCallException extends Exception {

  private static final long serialVersionUID = 1L;

  protected AccountCallException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
