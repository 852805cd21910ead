package io.hongyan.simulator.callback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * WeChat's message encryption (wechat-api 6.2): AES-256-CBC over 16 random bytes, the message's
 * length, the message and the appid, padded to blocks of 32.
 */
final class MessageCrypto {

  static final int RANDOM_BYTES = 16;

  private static final int KEY_BYTES = 32;
  private static final int PADDING_BLOCK = 32;

  private final SecretKeySpec key;
  private final IvParameterSpec iv;
  private final byte[] appid;

  /**
   * @throws IllegalArgumentException when the key is not 43 characters that stand for 32 bytes
   */
  MessageCrypto(String encodingAesKey, String appid) {
    byte[] decoded = decodeKey(encodingAesKey);
    this.key = new SecretKeySpec(decoded, "AES");
    this.iv = new IvParameterSpec(decoded, 0, RANDOM_BYTES);
    this.appid = appid.getBytes(StandardCharsets.UTF_8);
  }

  /** What the 43 characters stand for; they are Base64 without the last {@code =}. */
  static byte[] decodeKey(String encodingAesKey) {
    byte[] decoded = Base64.getDecoder().decode(encodingAesKey + "=");
    if (decoded.length != KEY_BYTES) {
      throw new IllegalArgumentException("the key has %d bytes".formatted(decoded.length));
    }
    return decoded;
  }

  /** In Base64. */
  String encrypt(byte[] random, String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    int length = RANDOM_BYTES + Integer.BYTES + bytes.length + appid.length;
    int padding = PADDING_BLOCK - length % PADDING_BLOCK;
    ByteBuffer plain = ByteBuffer.allocate(length + padding);
    plain.put(random, 0, RANDOM_BYTES).putInt(bytes.length).put(bytes).put(appid);
    Arrays.fill(plain.array(), length, plain.capacity(), (byte) padding);
    try {
      return Base64.getEncoder().encodeToString(crypt(Cipher.ENCRYPT_MODE, plain.array()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES", e);
    }
  }

  /**
   * Reads what the account has encrypted.
   *
   * @throws BadReplyException when it is not as WeChat wants it, or for another appid
   */
  String decrypt(String encrypted) throws BadReplyException {
    byte[] plain;
    try {
      plain = crypt(Cipher.DECRYPT_MODE, Base64.getDecoder().decode(encrypted));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new BadReplyException("Encrypt can't be decrypted", e);
    }
    int padding = plain.length == 0 ? 0 : plain[plain.length - 1];
    int end = plain.length - padding;
    if (padding < 1 || padding > PADDING_BLOCK || end < RANDOM_BYTES + Integer.BYTES) {
      throw new BadReplyException("Encrypt is not padded to blocks of 32 bytes");
    }
    ByteBuffer content = ByteBuffer.wrap(plain, RANDOM_BYTES, end - RANDOM_BYTES);
    int length = content.getInt();
    if (length < 0 || length > content.remaining()) {
      throw new BadReplyException("the length in Encrypt does not fit");
    }
    int start = content.position();
    if (!Arrays.equals(plain, start + length, end, appid, 0, appid.length)) {
      throw new BadReplyException("Encrypt is for another appid");
    }
    return new String(plain, start, length, StandardCharsets.UTF_8);
  }

  private byte[] crypt(int mode, byte[] input) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
    cipher.init(mode, key, iv);
    return cipher.doFinal(input);
  }
}
