package io.hongyan.common.secret;

/** An account's app secret cannot be decrypted with this process' master key. */
public final class UnreadableSecretException extends Exception {

  private static final long serialVersionUID = 1L;

  UnreadableSecretException(String account, Throwable cause) {
    super(
        "the app secret of account %s was not encrypted with this HONGYAN_MASTER_KEY; give the key it was stored under, or PUT the account again"
            .formatted(account),
        cause);
  }
}
