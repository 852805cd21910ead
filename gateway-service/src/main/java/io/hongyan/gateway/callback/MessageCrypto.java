package io.hongyan.gateway.callback;

import io.hongyan.common.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encryption of messages between WeChat and one account (wechat-api 6.2): AES-256-CBC, whose IV
 * is the key's first half, over 16 random bytes, the message's length, the message and the app id,
 * padded as PKCS#7 to blocks of 32. It does not say who encrypted: check the signature over the
 * encrypted text first. Thread-safe.
 */
final class MessageCrypto {

  private static final int KEY_CHARACTERS = 43;
  private static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 16;
  private static final int AES_BLOCK = 16;
  private static final int RANDOM_BYTES = 16;
  private static final int HEAD_BYTES = RANDOM_BYTES + Integer.BYTES;
  // Longer than AES' own, so the JDK's unpadding would refuse most messages.
  private static final int PADDING_BLOCK = 32;

  private final SecretKeySpec key;
  private final IvParameterSpec iv;
  private final byte[] appId;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param encodingAesKey as in WeChat's console, 43 characters
   * @throws IllegalArgumentException if it is not one; the message does not show it
   */
  MessageCrypto(Secret encodingAesKey, String appId) {
    byte[] bytes = decodeKey(encodingAesKey.reveal());
    this.key = new SecretKeySpec(bytes, "AES");
    this.iv = new IvParameterSpec(bytes, 0, IV_BYTES);
    this.appId = appId.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] decodeKey(String encoded) {
    byte[] bytes = new byte[0];
    if (encoded.length() == KEY_CHARACTERS) {
      try {
        // The two bits of the last character that belong to no byte need not be zero.
        bytes = Base64.getDecoder().decode(encoded + "=");
      } catch (IllegalArgumentException e) {
        // Its message may show a character of the key.
      }
    }
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "an EncodingAESKey is 43 characters of base64, which stand for 32 bytes");
    }
    return bytes;
  }

  /**
   * The message that was encrypted for this account.
   *
   * @param encrypted the text of {@code Encrypt}
   * @throws RefusedException if it is not one that WeChat can have made for it
   */
  byte[] decrypt(String encrypted) throws RefusedException {
    byte[] plain = decipher(encrypted);
    int end = plain.length - padding(plain);
    if (end < HEAD_BYTES) {
      throw refused("too short");
    }
    int length = ByteBuffer.wrap(plain).getInt(RANDOM_BYTES);
    if (length < 0 || length > end - HEAD_BYTES) {
      throw refused("the length does not fit");
    }
    int messageEnd = HEAD_BYTES + length;
    if (!MessageDigest.isEqual(Arrays.copyOfRange(plain, messageEnd, end), appId)) {
      throw refused("not for this app id");
    }
    return Arrays.copyOfRange(plain, HEAD_BYTES, messageEnd);
  }

  private byte[] decipher(String encrypted) throws RefusedException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(encrypted);
    } catch (IllegalArgumentException e) {
      throw refused("not base64");
    }
    if (bytes.length == 0 || bytes.length % AES_BLOCK != 0) {
      throw refused("no whole blocks");
    }
    return run(Cipher.DECRYPT_MODE, bytes);
  }

  private static int padding(byte[] plain) throws RefusedException {
    int padding = plain[plain.length - 1] & 0xff;
    if (padding < 1 || padding > PADDING_BLOCK || padding > plain.length) {
      throw refused("wrong padding");
    }
    for (int i = plain.length - padding; i < plain.length; i++) {
      if (plain[i] != padding) {
        throw refused("wrong padding");
      }
    }
    return padding;
  }

  private static RefusedException refused(String message) {
    return new RefusedException(Refusal.ENCRYPTION, message);
  }

  /** The text of {@code Encrypt} for a message; another one each time. */
  String encrypt(byte[] message) {
    byte[] start = new byte[RANDOM_BYTES];
    random.nextBytes(start);
    return encrypt(message, start);
  }

  /**
   * @param start 16 bytes, random but in a test
   */
  String encrypt(byte[] message, byte[] start) {
    int length = HEAD_BYTES + message.length + appId.length;
    int padding = PADDING_BLOCK - length % PADDING_BLOCK;
    ByteBuffer plain = ByteBuffer.allocate(length + padding);
    plain.put(start).putInt(message.length).put(message).put(appId);
    Arrays.fill(plain.array(), length, length + padding, (byte) padding);
    return Base64.getEncoder().encodeToString(run(Cipher.ENCRYPT_MODE, plain.array()));
  }

  private byte[] run(int mode, byte[] blocks) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(mode, key, iv);
      return cipher.doFinal(blocks);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("whole blocks, a good key, and still no AES", e);
    }
  }
}
