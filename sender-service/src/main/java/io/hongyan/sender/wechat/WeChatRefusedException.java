package io.hongyan.sender.wechat;

/** WeChat answered a call other than a send with an errcode. */
public final class WeChatRefusedException extends AccountCallException {

  private static final long serialVersionUID = 1L;

  private final int errcode;
  private final String errmsg;

  WeChatRefusedException(String call, int errcode, String errmsg) {
    super("%s refused: errcode=%d errmsg=%s".formatted(call, errcode, errmsg), null);
    this.errcode = errcode;
    this.errmsg = errmsg;
  }

  /** WeChat's errcode. */
  public int errcode() {
    return errcode;
  }

  /** WeChat's errmsg, rid included. */
  public String errmsg() {
    return errmsg;
  }
}
