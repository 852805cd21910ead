package io.hongyan.gateway.webhook;

import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.common.secret.UnreadableSecretException;
import io.hongyan.gateway.account.MasterKeyProperties;
import java.security.SecureRandom;
import org.springframework.stereotype.Component;

/** Makes webhooks' secrets, and keeps them unreadable at rest. Thread-safe. */
@Component
class WebhookSecrets {

  private final SecretCipher cipher;
  private final SecureRandom random = new SecureRandom();

  WebhookSecrets(MasterKeyProperties masterKey) {
    this.cipher = masterKey.cipher();
  }

  Secret create() {
    return SigningSecret.create(random);
  }

  byte[] encrypt(String key, Secret secret) {
    return cipher.encrypt(owner(key), secret);
  }

  /**
   * The key's secret again.
   *
   * @throws UnreadableSecretException if it was stored under another master key or for another key
   */
  Secret decrypt(String key, byte[] stored) throws UnreadableSecretException {
    return cipher.decrypt(owner(key), stored);
  }

  private static String owner(String key) {
    return key + "/webhook-secret";
  }
}
