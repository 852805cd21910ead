package io.hongyan.gateway.callback;

/** The kinds of secret in {@code account_callback}; each is authenticated with its name. */
enum CallbackSecret {
  TOKEN("callback-token"),
  AES_KEY("callback-aes-key"),
  REPLY_SECRET("reply-secret");

  private final String kind;

  CallbackSecret(String kind) {
    this.kind = kind;
  }

  /** Whose secret it is, for {@link io.hongyan.common.secret.SecretCipher}. */
  String owner(String account) {
    return account + "/" + kind;
  }
}
