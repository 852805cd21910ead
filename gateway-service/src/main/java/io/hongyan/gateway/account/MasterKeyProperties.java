package io.hongyan.gateway.account;

import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The key that app secrets and the other secrets of accounts are encrypted with.
 *
 * @param masterKey HONGYAN_MASTER_KEY: base64 of 32 bytes, the same for all gateways and senders
 */
@ConfigurationProperties("hongyan")
public record MasterKeyProperties(@DefaultValue("") Secret masterKey) {

  /** Refuses what is no such key; the message says how to make one. */
  public MasterKeyProperties {
    SecretCipher.ofMasterKey(masterKey);
  }

  /** Encrypts and decrypts with the key. */
  public SecretCipher cipher() {
    return SecretCipher.ofMasterKey(masterKey);
  }
}
