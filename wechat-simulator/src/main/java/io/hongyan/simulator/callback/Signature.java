package io.hongyan.simulator.callback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** WeChat's signature (wechat-api 6.1, 6.2): SHA-1 of the parts, sorted and joined. */
final class Signature {

  private Signature() {}

  /** In lower-case hex. */
  static String of(String... parts) {
    String[] sorted = parts.clone();
    Arrays.sort(sorted);
    byte[] joined = String.join("", sorted).getBytes(StandardCharsets.UTF_8);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(joined));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
