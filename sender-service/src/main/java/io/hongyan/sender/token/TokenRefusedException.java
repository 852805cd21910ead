package io.hongyan.sender.token;

import io.hongyan.sender.wechat.AccountCallException;
import org.jspecify.annotations.Nullable;

/**
 * WeChat will give this account no token until a person has changed something; the account is to be
 * gated.
 */
public final class TokenRefusedException extends AccountCallException {

  private static final long serialVersionUID = 1L;

  private final @Nullable Integer errcode;
  private final String evidence;

  TokenRefusedException(@Nullable Integer errcode, String evidence, @Nullable Throwable cause) {
    super("no token: " + evidence, cause);
    this.errcode = errcode;
    this.evidence = evidence;
  }

  /** WeChat's errcode; null if it was not asked. */
  public @Nullable Integer errcode() {
    return errcode;
  }

  /** WeChat's errcode and errmsg, or what else is wrong; for the gate. */
  public String evidence() {
    return evidence;
  }
}
