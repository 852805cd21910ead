package io.hongyan.simulator.wechat;

import java.util.Map;

/** An errcode other than 0 with WeChat's text for it, still without its rid. */
record Refusal(int errcode, String errmsg) {

  static final Refusal INVALID_CREDENTIAL =
      new Refusal(40001, "invalid credential, access_token is invalid or not latest");
  static final Refusal INVALID_GRANT_TYPE = new Refusal(40002, "invalid grant_type");
  static final Refusal INVALID_OPENID = new Refusal(40003, "invalid openid");
  static final Refusal INVALID_APPID = new Refusal(40013, "invalid appid");
  static final Refusal INVALID_TEMPLATE_ID = new Refusal(40037, "invalid template_id");
  static final Refusal INVALID_URL = new Refusal(40066, "invalid url");
  static final Refusal INVALID_APPSECRET = new Refusal(40125, "invalid appsecret");
  static final Refusal ACCESS_TOKEN_MISSING = new Refusal(41001, "access_token missing");
  static final Refusal APPID_MISSING = new Refusal(41002, "appid missing");
  static final Refusal APPSECRET_MISSING = new Refusal(41004, "appsecret missing");
  static final Refusal ACCESS_TOKEN_EXPIRED = new Refusal(42001, "access_token expired");
  static final Refusal GET_REQUIRED = new Refusal(43001, "require GET method");
  static final Refusal POST_REQUIRED = new Refusal(43002, "require POST method");
  static final Refusal NOT_A_FOLLOWER = new Refusal(43004, "require subscribe");
  static final Refusal EMPTY_POST = new Refusal(44002, "empty post data");
  static final Refusal TOO_LARGE = new Refusal(45002, "content size out of limit");
  static final Refusal DAY_USED_UP = new Refusal(45009, "reach max api daily quota limit");
  static final Refusal MINUTE_USED_UP =
      new Refusal(45011, "api minute-quota reach limit, must slower, retry next minute");
  static final Refusal BAD_JSON = new Refusal(47001, "data format error");
  static final Refusal UNKNOWN_CGI_PATH = new Refusal(76021, "cgi_path not found");

  /** The rest of the texts that a scripted errcode is most likely to need. */
  private static final Map<Integer, String> TEXTS =
      Map.ofEntries(
          Map.entry(-1, "system error"),
          Map.entry(40001, INVALID_CREDENTIAL.errmsg),
          Map.entry(40003, INVALID_OPENID.errmsg),
          Map.entry(40014, "invalid access_token"),
          Map.entry(40037, INVALID_TEMPLATE_ID.errmsg),
          Map.entry(40125, INVALID_APPSECRET.errmsg),
          Map.entry(40164, "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist"),
          Map.entry(40241, "The message is duplicate in 60 seconds"),
          Map.entry(40243, "AppSecret frozen"),
          Map.entry(42001, ACCESS_TOKEN_EXPIRED.errmsg),
          Map.entry(43004, NOT_A_FOLLOWER.errmsg),
          Map.entry(43019, "require remove blacklist"),
          Map.entry(43101, "user refuse to accept the msg"),
          Map.entry(43116, "This template_id is banned"),
          Map.entry(43117, "Sending messages to this openid too frequently,please try later"),
          Map.entry(45009, DAY_USED_UP.errmsg),
          Map.entry(45011, MINUTE_USED_UP.errmsg),
          Map.entry(48001, "api unauthorized"),
          Map.entry(48004, "api forbidden for irregularities, view detail on mp.weixin.qq.com"),
          Map.entry(50002, "user limited"),
          Map.entry(50004, "user not allow to use accesstoken, maybe for punishment"),
          Map.entry(50007, "account frozen"));

  /** For a scripted errcode, any number. */
  static Refusal scripted(int errcode) {
    return new Refusal(errcode, TEXTS.getOrDefault(errcode, "refused by the fault script"));
  }

  /**
   * @param problem what is wrong with which field, such as {@code data.thing1.value is empty}
   */
  static Refusal invalidArgument(String problem) {
    return new Refusal(47003, "argument invalid! " + problem);
  }
}
