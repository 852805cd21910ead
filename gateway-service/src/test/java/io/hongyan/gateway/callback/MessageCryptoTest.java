package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.common.secret.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCryptoTest {

  private final MessageCrypto crypto = Vectors.crypto();

  @Test
  void decryptsThePublicExamples() throws Exception {
    assertThat(text(crypto, Vectors.V3_ENCRYPT)).as("V3").isEqualTo(Vectors.V3_MESSAGE);
    assertThat(text(crypto, Vectors.V4_ENCRYPT)).as("V4").isEqualTo(Vectors.V4_MESSAGE);
    assertThat(text(Vectors.v5Crypto(), Vectors.V5_ENCRYPT)).as("V5").isEqualTo(Vectors.V5_MESSAGE);
    assertThat(text(crypto, Vectors.V7_ENCRYPT)).as("V7").isEqualTo(Vectors.V7_MESSAGE);
    String v6 = text(new MessageCrypto(Vectors.V6_KEY, Vectors.V6_APP_ID), Vectors.V6_ENCRYPT);
    assertThat(v6.getBytes(UTF_8)).as("V6").hasSize(281);
    assertThat(v6).contains("<MsgId>4363689963896700987</MsgId>").contains("test");
  }

  @Test
  void encryptsThePublicExamplesByteForByte() {
    assertThat(crypto.encrypt(Vectors.V4_MESSAGE.getBytes(UTF_8), ascii(Vectors.V4_RANDOM)))
        .as("V4")
        .isEqualTo(Vectors.V4_ENCRYPT);
    assertThat(
            Vectors.v5Crypto()
                .encrypt(Vectors.V5_MESSAGE.getBytes(UTF_8), ascii(Vectors.V5_RANDOM)))
        .as("V5")
        .isEqualTo(Vectors.V5_ENCRYPT);
    assertThat(crypto.encrypt(Vectors.V7_MESSAGE.getBytes(UTF_8), ascii(Vectors.V7_RANDOM)))
        .as("V7")
        .isEqualTo(Vectors.V7_ENCRYPT);
  }

  @Test
  void encryptsTheSameMessageInAnotherWayEachTime() {
    byte[] message = ascii("hi");

    assertThat(crypto.encrypt(message)).isNotEqualTo(crypto.encrypt(message));
  }

  @Test
  void readsBackEveryLengthOfPadding() throws Exception {
    for (int length = 0; length <= 64; length++) {
      String message = "x".repeat(length);
      assertThat(text(crypto, crypto.encrypt(ascii(message)))).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "%%%", "AAAA", "耳机", "AAAAAAAAAAAAAAAAAAAAAA==", " "})
  void refusesWhatIsNoBase64OfWholeBlocks(String encrypted) {
    refuses(encrypted.startsWith("AAAAAAAA") ? "wrong padding" : null, encrypted);
  }

  @Test
  void refusesAnotherAccountsMessage() {
    refuses("not for this app id", plain(2, "hi", "wx0000000000000000"));
    refuses("not for this app id", plain(2, "hi", ""));
    refuses("not for this app id", plain(2, "hi", Vectors.APP_ID + "x"));
    refuses("not for this app id", plain(2, "hi", Vectors.APP_ID.substring(1)));
  }

  @Test
  void refusesALengthThatDoesNotFit() {
    refuses("not for this app id", plain(1, "hi", Vectors.APP_ID));
    refuses("not for this app id", plain(3, "hi", Vectors.APP_ID));
    refuses("the length does not fit", plain(3 + Vectors.APP_ID.length(), "hi", Vectors.APP_ID));
    refuses("the length does not fit", plain(-1, "hi", Vectors.APP_ID));
    refuses("the length does not fit", plain(Integer.MIN_VALUE, "hi", Vectors.APP_ID));
    refuses("the length does not fit", plain(Integer.MAX_VALUE, "hi", Vectors.APP_ID));
  }

  @Test
  void refusesWrongPadding() {
    refuses("wrong padding", blocks(new byte[32]));
    refuses("wrong padding", blocks(padded(33)));
    refuses("wrong padding", blocks(padded(255)));
    byte[] mixed = padded(5);
    mixed[mixed.length - 5] = 4;
    refuses("wrong padding", blocks(mixed));
    byte[] longerThanAll = new byte[16];
    Arrays.fill(longerThanAll, (byte) 17);
    refuses("wrong padding", blocks(longerThanAll));
  }

  @Test
  void refusesWhatHasNoRoomForALength() {
    byte[] onlyPadding = new byte[32];
    Arrays.fill(onlyPadding, (byte) 32);
    refuses("too short", blocks(onlyPadding));
    byte[] nineteen = new byte[32];
    Arrays.fill(nineteen, 19, 32, (byte) 13);
    refuses("too short", blocks(nineteen));
  }

  @Test
  void refusesWhatWasCutOrChanged() {
    byte[] bytes = Base64.getDecoder().decode(Vectors.V3_ENCRYPT);

    refuses(null, base64(Arrays.copyOf(bytes, bytes.length - 16)));
    refuses(null, base64(Arrays.copyOf(bytes, bytes.length - 1)));
    refuses(null, base64(Arrays.copyOfRange(bytes, 32, bytes.length)));
    refuses("no whole blocks", base64(Arrays.copyOf(bytes, bytes.length + 1)));
  }

  @Test
  void takesKeysWithSpareBitsAndNoOthers() {
    assertThatThrownBy(() -> new MessageCrypto(new Secret("A".repeat(42)), "wx1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MessageCrypto(new Secret("A".repeat(44)), "wx1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MessageCrypto(new Secret("A".repeat(42) + "="), "wx1"))
        .isInstanceOf(IllegalArgumentException.class);
    String secret = "s3cr3t" + "A".repeat(36) + "#";
    assertThatThrownBy(() -> new MessageCrypto(new Secret(secret), "wx1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cr3t")
        .hasMessageNotContaining("23")
        .hasNoCause();
  }

  private void refuses(@Nullable String why, String encrypted) {
    assertThatThrownBy(() -> crypto.decrypt(encrypted))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.ENCRYPTION))
        .hasMessageContaining(why == null ? "" : why);
  }

  private static String text(MessageCrypto crypto, String encrypted) throws Exception {
    return new String(crypto.decrypt(encrypted), UTF_8);
  }

  /** What WeChat would send, but for a length or an app id that is given. */
  private static String plain(int length, String message, String appId) {
    int size = 20 + message.length() + appId.length();
    int padding = 32 - size % 32;
    ByteBuffer plain = ByteBuffer.allocate(size + padding);
    plain.put(new byte[16]).putInt(length).put(ascii(message)).put(ascii(appId));
    Arrays.fill(plain.array(), size, size + padding, (byte) padding);
    return blocks(plain.array());
  }

  /** Bytes whose last ones, as many as there is room for, say that many. */
  private static byte[] padded(int padding) {
    byte[] plain = new byte[288];
    Arrays.fill(plain, plain.length - padding, plain.length, (byte) padding);
    return plain;
  }

  private static String blocks(byte[] plain) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(new byte[32], "AES"),
          new IvParameterSpec(new byte[16]));
      return base64(cipher.doFinal(plain));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
