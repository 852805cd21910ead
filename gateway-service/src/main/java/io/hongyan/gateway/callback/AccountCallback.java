package io.hongyan.gateway.callback;

import io.hongyan.common.secret.Secret;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How WeChat signs and encrypts what it posts for one account.
 *
 * @param crypto null if the account has no EncodingAESKey, which is so in plain mode only
 */
record AccountCallback(
    String account, CallbackMode mode, Secret token, @Nullable MessageCrypto crypto) {

  /** Signs with the account's token. */
  String sign(String timestamp, String nonce, String encrypted) {
    return Signature.of(token.reveal(), timestamp, nonce, encrypted);
  }

  /** Whether a request without encryption was signed with the account's token. */
  boolean isSigned(String signature, String timestamp, String nonce) {
    return Signature.matches(signature, token.reveal(), timestamp, nonce);
  }

  /** Whether a request with this encrypted text was signed with the account's token. */
  boolean isSigned(String signature, String timestamp, String nonce, String encrypted) {
    return Signature.matches(signature, token.reveal(), timestamp, nonce, encrypted);
  }

  /** What decrypts the account's messages; empty in plain mode, in which nothing is. */
  Optional<MessageCrypto> decrypter() {
    return mode == CallbackMode.PLAIN ? Optional.empty() : Optional.ofNullable(crypto);
  }
}
