package io.hongyan.gateway.account;

import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The key that app secrets are encrypted with.
 *
 * @param masterKey HONGYAN_MASTER_KEY: base64 of 32 bytes, the same for all gateways and senders
 */
@ConfigurationProperties("hongyan")
record MasterKeyProperties(@DefaultValue("") Secret masterKey) {

  MasterKeyProperties {
    SecretCipher.ofMasterKey(masterKey);
  }

  SecretCipher cipher() {
    return SecretCipher.ofMasterKey(masterKey);
  }
}
