package io.hongyan.gateway.webhook;

import io.hongyan.common.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that a receiver checks our posts with, and what is done with it, as Standard Webhooks
 * 1.0 says (standardwebhooks.com, "Symmetric" signatures).
 */
public final class SigningSecret {

  private static final String PREFIX = "whsec_";
  private static final int BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private SigningSecret() {}

  /** A new one: {@code whsec_} and base64 of 32 random bytes. */
  public static Secret create(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new Secret(PREFIX + Base64.getEncoder().encodeToString(bytes));
  }

  /**
   * The header {@code webhook-signature}: {@code v1,} and base64 of the HMAC-SHA256 of id,
   * timestamp and body with dots between them.
   *
   * @throws IllegalArgumentException if the secret is not one; without showing it
   */
  static String sign(Secret secret, String id, long epochSecond, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key(secret), ALGORITHM));
      mac.update("%s.%d.".formatted(id, epochSecond).getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  // The decoder's complaint would quote a character of it.
  @SuppressWarnings("UnusedException")
  private static byte[] key(Secret secret) {
    String text = secret.reveal();
    try {
      byte[] key =
          text.startsWith(PREFIX)
              ? Base64.getDecoder().decode(text.substring(PREFIX.length()))
              : new byte[0];
      if (key.length > 0) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // As one without the prefix.
    }
    throw new IllegalArgumentException("a signing secret is whsec_ and base64");
  }
}
