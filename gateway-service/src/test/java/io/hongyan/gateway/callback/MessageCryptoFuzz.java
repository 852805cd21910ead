package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import me.chanjar.weixin.common.util.crypto.WxCryptUtil;

/**
 * Any bytes as an encrypted text, and as what is inside of one: refused, or the message that WxJava
 * finds in it, too.
 */
class MessageCryptoFuzz {

  private static final MessageCrypto CRYPTO = Vectors.crypto();
  private static final WxCryptUtil WX_JAVA =
      new WxCryptUtil(Vectors.TOKEN, Vectors.KEY.reveal(), Vectors.APP_ID);

  /** The first byte chooses: even, the rest is the text of Encrypt; odd, what is inside of it. */
  @FuzzTest
  void decryptsWhatWxJavaDecrypts(byte[] bytes) throws GeneralSecurityException {
    if (bytes.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    String encrypted = bytes[0] % 2 == 0 ? new String(rest, ISO_8859_1) : enciphered(rest);
    byte[] message;
    try {
      message = CRYPTO.decrypt(encrypted);
    } catch (RefusedException e) {
      assertThat(e.reason()).isEqualTo(Refusal.ENCRYPTION);
      return;
    }
    assertThat(WX_JAVA.decrypt(encrypted)).isEqualTo(new String(message, UTF_8));
  }

  /** The bytes in whole blocks, with a right padding where there is room for one. */
  private static String enciphered(byte[] plain) throws GeneralSecurityException {
    int padding = 32 - plain.length % 32;
    byte[] blocks = Arrays.copyOf(plain, plain.length + padding);
    if (plain.length % 2 == 0) {
      Arrays.fill(blocks, plain.length, blocks.length, (byte) padding);
    }
    Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(new byte[32], "AES"),
        new IvParameterSpec(new byte[16]));
    return Base64.getEncoder().encodeToString(cipher.doFinal(blocks));
  }
}
