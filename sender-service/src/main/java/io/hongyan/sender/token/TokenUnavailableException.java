package io.hongyan.sender.token;

import io.hongyan.sender.wechat.AccountCallException;

/**
 * No token could be had for now (Redis or WeChat's token call is away); the message is parked, no
 * try used.
 */
public final class TokenUnavailableException extends AccountCallException {

  private static final long serialVersionUID = 1L;

  TokenUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  TokenUnavailableException(String message) {
    super(message, null);
  }
}
