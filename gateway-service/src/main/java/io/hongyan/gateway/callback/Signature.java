package io.hongyan.gateway.callback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * WeChat's signature of a request: lower-case hex of the SHA-1 of token, timestamp, nonce and, for
 * {@code msg_signature}, the encrypted text, sorted as strings and joined (wechat-api 6.1, 6.2).
 */
final class Signature {

  private Signature() {}

  /**
   * @param parts the token and what it signs, in any order
   */
  static String of(String... parts) {
    String[] sorted = parts.clone();
    Arrays.sort(sorted);
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      for (String part : sorted) {
        sha1.update(part.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(sha1.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** Whether the signature is that of the parts; takes the same time wherever they differ. */
  static boolean matches(String signature, String... parts) {
    return MessageDigest.isEqual(
        signature.getBytes(StandardCharsets.UTF_8), of(parts).getBytes(StandardCharsets.UTF_8));
  }
}
