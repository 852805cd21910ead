package io.hongyan.common.secret;

/** A stored secret cannot be decrypted with this process' master key. */
public final class UnreadableSecretException extends Exception {

  private static final long serialVersionUID = 1L;

  UnreadableSecretException(String owner, Throwable cause) {
    super(
        "the secret of %s was not encrypted with this HONGYAN_MASTER_KEY; give the key it was stored under, or PUT the secret again"
            .formatted(owner),
        cause);
  }
}
