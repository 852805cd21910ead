package io.hongyan.simulator.wechat;

import java.util.regex.Pattern;

/** What an openid looks like; WeChat does not say, these are the characters seen in them. */
final class Openid {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private Openid() {}

  static boolean isWellFormed(String openid) {
    return FORM.matcher(openid).matches();
  }
}
