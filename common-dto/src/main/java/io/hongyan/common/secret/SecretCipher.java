package io.hongyan.common.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps secrets unreadable at rest: AES-256-GCM under the master key. App secrets the gateway
 * encrypts and only the sender decrypts. Whose secret it is is authenticated with it, so a row
 * copied to another account does not decrypt: an app secret has the account's id alone, every other
 * kind of secret adds its name, as in {@code mall/callback-token}. Thread-safe.
 */
public final class SecretCipher {

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  private SecretCipher(SecretKeySpec key) {
    this.key = key;
  }

  /**
   * A cipher from {@code HONGYAN_MASTER_KEY}.
   *
   * @throws IllegalArgumentException if it is not base64 of 32 bytes; the message says how to make
   *     one
   */
  public static SecretCipher ofMasterKey(Secret base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64.reveal().strip());
    } catch (IllegalArgumentException e) {
      bytes = new byte[0];
    }
    if (bytes.length != 32) {
      throw new IllegalArgumentException(
          "HONGYAN_MASTER_KEY must be base64 of 32 bytes; make one with: openssl rand -base64 32");
    }
    return new SecretCipher(new SecretKeySpec(bytes, "AES"));
  }

  /** Nonce, ciphertext and tag; a new nonce each time. */
  public byte[] encrypt(String owner, Secret secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce, owner)
              .doFinal(secret.reveal().getBytes(StandardCharsets.UTF_8));
      byte[] stored = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, stored, NONCE_BYTES, sealed.length);
      return stored;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is not available in this JDK", e);
    }
  }

  /**
   * The secret again.
   *
   * @throws UnreadableSecretException if it was encrypted under another master key or for another
   *     owner
   */
  public Secret decrypt(String owner, byte[] stored) throws UnreadableSecretException {
    try {
      byte[] nonce = Arrays.copyOf(stored, NONCE_BYTES);
      byte[] plain =
          cipher(Cipher.DECRYPT_MODE, nonce, owner)
              .doFinal(stored, NONCE_BYTES, stored.length - NONCE_BYTES);
      return new Secret(new String(plain, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UnreadableSecretException(owner, e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
