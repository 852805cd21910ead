package io.hongyan.stack;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Passwords and keys of a private stack, new with each. */
public final class Secrets {

  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  /** Of so many random bytes, two digits each. */
  public static String hex(int bytes) {
    return HexFormat.of().formatHex(random(bytes));
  }

  /** Of so many random bytes. */
  public static String base64(int bytes) {
    return Base64.getEncoder().encodeToString(random(bytes));
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return random;
  }
}
