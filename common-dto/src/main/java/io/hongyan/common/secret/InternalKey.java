package io.hongyan.common.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The credential with which the gateway calls the sender inside the company's network. Derived from
 * the master key, which both have, so there is nothing more to configure; the master key cannot be
 * had from it. Thread-safe.
 */
public final class InternalKey {

  private static final String ALGORITHM = "HmacSHA256";
  private static final String PURPOSE = "hongyan internal calls, first key";
  private static final String SCHEME = "Bearer ";

  private final Secret header;

  private InternalKey(Secret header) {
    this.header = header;
  }

  /** The credential that belongs to {@code HONGYAN_MASTER_KEY}. */
  public static InternalKey ofMasterKey(Secret base64) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(
          new SecretKeySpec(base64.reveal().strip().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      byte[] key = mac.doFinal(PURPOSE.getBytes(StandardCharsets.UTF_8));
      return new InternalKey(new Secret(SCHEME + HexFormat.of().formatHex(key)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** The value of the {@code Authorization} header of a call. */
  public Secret header() {
    return header;
  }

  /**
   * Whether a call's {@code Authorization} header is this credential; takes the same time always.
   */
  public boolean matches(String authorization) {
    return MessageDigest.isEqual(
        authorization.getBytes(StandardCharsets.UTF_8),
        header.reveal().getBytes(StandardCharsets.UTF_8));
  }
}
