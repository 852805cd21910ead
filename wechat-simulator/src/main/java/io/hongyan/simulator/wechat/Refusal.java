package io.hongyan.simulator.wechat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An errcode other than 0 with WeChat's text for it, still without its rid. */
record Refusal(int errcode, String errmsg) {

  static final Refusal INVALID_CREDENTIAL =
      new Refusal(40001, "invalid credential, access_token is invalid or not latest");
  static final Refusal INVALID_GRANT_TYPE = new Refusal(40002, "invalid grant_type");
  static final Refusal INVALID_OPENID = new Refusal(40003, "invalid openid");
  static final Refusal INVALID_APPID = new Refusal(40013, "invalid appid");
  static final Refusal INVALID_LIST_SIZE = new Refusal(40032, "invalid openid list size");
  static final Refusal INVALID_TEMPLATE_ID = new Refusal(40037, "invalid template_id");
  static final Refusal INVALID_URL = new Refusal(40066, "invalid url");
  static final Refusal INVALID_ARGS = new Refusal(40097, "invalid args");
  static final Refusal INVALID_INDUSTRY_ID = new Refusal(40102, "invalid industry id");
  static final Refusal INVALID_INDUSTRY_INDEX = new Refusal(40103, "invalid industry index");
  static final Refusal INVALID_APPSECRET = new Refusal(40125, "invalid appsecret");
  static final Refusal INVALID_KEYWORD_NAME = new Refusal(40246, "keyword name invalid");
  static final Refusal OLD_LIBRARY_CLOSED = new Refusal(40247, "template library is closed");
  static final Refusal ACCESS_TOKEN_MISSING = new Refusal(41001, "access_token missing");
  static final Refusal APPID_MISSING = new Refusal(41002, "appid missing");
  static final Refusal APPSECRET_MISSING = new Refusal(41004, "appsecret missing");
  static final Refusal ACCESS_TOKEN_EXPIRED = new Refusal(42001, "access_token expired");
  static final Refusal GET_REQUIRED = new Refusal(43001, "require GET method");
  static final Refusal POST_REQUIRED = new Refusal(43002, "require POST method");
  static final Refusal NOT_A_FOLLOWER = new Refusal(43004, "require subscribe");
  static final Refusal INDUSTRY_CHANGED_TOO_OFTEN =
      new Refusal(43100, "change template too frequently");
  static final Refusal EMPTY_POST = new Refusal(44002, "empty post data");
  static final Refusal TOO_LARGE = new Refusal(45002, "content size out of limit");
  static final Refusal DAY_USED_UP = new Refusal(45009, "reach max api daily quota limit");
  static final Refusal MINUTE_USED_UP =
      new Refusal(45011, "api minute-quota reach limit, must slower, retry next minute");

  /** That 25 is the limit is documented; which code says so is hearsay. */
  static final Refusal TOO_MANY_TEMPLATES = new Refusal(45026, "template num exceeds limit");

  static final Refusal TOO_MANY_TAGS = new Refusal(45056, "too many tag now, no need to add new");
  static final Refusal TAG_HAS_TOO_MANY_FANS =
      new Refusal(45057, "can't delete the tag that has too many fans");
  static final Refusal TAG_IS_RESERVED = new Refusal(45058, "can't modify sys tag");

  /** The limit of 20 is documented; the code is from memory of WeChat's tag pages. */
  static final Refusal TOO_MANY_TAGS_OF_ONE =
      new Refusal(45059, "can not tag the user, too many tags");

  static final Refusal INVALID_TAG_NAME = new Refusal(45157, "invalid tag name");
  static final Refusal TAG_NAME_TOO_LONG = new Refusal(45158, "tag name too long");
  static final Refusal INVALID_TAG_ID = new Refusal(45159, "invalid tag id");
  static final Refusal BAD_JSON = new Refusal(47001, "data format error");
  static final Refusal CLEARS_USED_UP =
      new Refusal(48006, "forbid to clear quota because of reaching the limit");
  static final Refusal UNKNOWN_CGI_PATH = new Refusal(76021, "cgi_path not found");

  /** The texts that a scripted errcode is most likely to need. */
  private static final Map<Integer, String> TEXTS =
      Stream.of(
              INVALID_CREDENTIAL,
              INVALID_GRANT_TYPE,
              INVALID_OPENID,
              INVALID_APPID,
              INVALID_LIST_SIZE,
              INVALID_TEMPLATE_ID,
              INVALID_URL,
              INVALID_ARGS,
              INVALID_INDUSTRY_ID,
              INVALID_INDUSTRY_INDEX,
              INVALID_APPSECRET,
              INVALID_KEYWORD_NAME,
              OLD_LIBRARY_CLOSED,
              ACCESS_TOKEN_MISSING,
              APPID_MISSING,
              APPSECRET_MISSING,
              ACCESS_TOKEN_EXPIRED,
              GET_REQUIRED,
              POST_REQUIRED,
              NOT_A_FOLLOWER,
              INDUSTRY_CHANGED_TOO_OFTEN,
              EMPTY_POST,
              TOO_LARGE,
              DAY_USED_UP,
              MINUTE_USED_UP,
              TOO_MANY_TEMPLATES,
              TOO_MANY_TAGS,
              TAG_HAS_TOO_MANY_FANS,
              TAG_IS_RESERVED,
              TOO_MANY_TAGS_OF_ONE,
              INVALID_TAG_NAME,
              TAG_NAME_TOO_LONG,
              INVALID_TAG_ID,
              BAD_JSON,
              CLEARS_USED_UP,
              UNKNOWN_CGI_PATH,
              new Refusal(-1, "system error"),
              new Refusal(40014, "invalid access_token"),
              new Refusal(40164, "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist"),
              new Refusal(40241, "The message is duplicate in 60 seconds"),
              new Refusal(40243, "AppSecret frozen"),
              new Refusal(43019, "require remove blacklist"),
              new Refusal(43101, "user refuse to accept the msg"),
              new Refusal(43106, "not allow to add template, for punishment"),
              new Refusal(43116, "This template_id is banned"),
              new Refusal(43117, "Sending messages to this openid too frequently,please try later"),
              new Refusal(48001, "api unauthorized"),
              new Refusal(
                  48004, "api forbidden for irregularities, view detail on mp.weixin.qq.com"),
              new Refusal(48011, "disabled template id"),
              new Refusal(50002, "user limited"),
              new Refusal(50004, "user not allow to use accesstoken, maybe for punishment"),
              new Refusal(50007, "account frozen"))
          .collect(Collectors.toUnmodifiableMap(Refusal::errcode, Refusal::errmsg));

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
