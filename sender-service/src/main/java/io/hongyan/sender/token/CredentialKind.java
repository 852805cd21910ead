package io.hongyan.sender.token;

import io.hongyan.sender.account.SenderAccount;

/** What is shared, and where in Redis: the layout of WxJava's {@code WxMpRedisConfigImpl}. */
enum CredentialKind {
  TOKEN("token", "%s:access_token:%s"),
  JSAPI_TICKET("ticket", "%s:ticket:key:%s:jsapi");

  private final String word;
  private final String key;

  CredentialKind(String word, String key) {
    this.word = word;
    this.key = key;
  }

  /** Its name in logs and in the lock's key. */
  String word() {
    return word;
  }

  String key(TokenProperties properties, SenderAccount account) {
    return key.formatted(properties.keyPrefix(), account.appId());
  }

  String lockKey(SenderAccount account) {
    return "hongyan:%s-lock:%s".formatted(word, account.appId());
  }
}
