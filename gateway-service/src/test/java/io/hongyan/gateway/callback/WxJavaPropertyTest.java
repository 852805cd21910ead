package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.secret.Secret;
import java.time.Clock;
import me.chanjar.weixin.common.util.crypto.WxCryptUtil;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;

/** WxJava at the other end of the wire, in WeChat's place and in ours: any text, any key. */
class WxJavaPropertyTest {

  private static final String TOKEN = "pamtest";
  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  @Provide
  Arbitrary<String> keys() {
    return Arbitraries.strings().withChars(BASE64).ofLength(43);
  }

  @Provide
  Arbitrary<String> messages() {
    return Arbitraries.of("a", "<", "]]>", "\n", "耳", "🎧", "&", "\"", "0", " ")
        .list()
        .ofMaxSize(200)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 300)
  void decryptsWhatWxJavaEncrypts(
      @ForAll("messages") String message,
      @ForAll("keys") String key,
      @ForAll @AlphaChars @NumericChars @StringLength(min = 1, max = 40) String appId)
      throws Exception {
    WxCryptUtil wxJava = new WxCryptUtil(TOKEN, key, appId);

    String encrypted = wxJava.encrypt("aaaabbbbccccdddd", message);

    assertThat(new MessageCrypto(new Secret(key), appId).decrypt(encrypted))
        .isEqualTo(message.getBytes(UTF_8));
  }

  @Property(tries = 300)
  void wxJavaDecryptsWhatWeEncrypt(
      @ForAll("messages") String message,
      @ForAll("keys") String key,
      @ForAll @AlphaChars @NumericChars @StringLength(min = 1, max = 40) String appId) {
    String encrypted = new MessageCrypto(new Secret(key), appId).encrypt(message.getBytes(UTF_8));

    assertThat(new WxCryptUtil(TOKEN, key, appId).decrypt(encrypted)).isEqualTo(message);
  }

  @Property(tries = 100)
  void readsTheEnvelopeThatWxJavaWrites(@ForAll("messages") String message) throws Exception {
    String key = Vectors.V5_KEY.reveal();
    WxCryptUtil wxJava = new WxCryptUtil(TOKEN, key, "wx1");
    AccountCallback callback = callback();

    Fields envelope = Fields.read(wxJava.encrypt(message).getBytes(UTF_8));

    String encrypted = String.valueOf(envelope.find("Encrypt"));
    assertThat(
            callback.isSigned(
                String.valueOf(envelope.find("MsgSignature")),
                String.valueOf(envelope.find("TimeStamp")),
                String.valueOf(envelope.find("Nonce")),
                encrypted))
        .isTrue();
    assertThat(callback.decrypter().orElseThrow().decrypt(encrypted))
        .isEqualTo(message.getBytes(UTF_8));
  }

  @Property(tries = 100)
  void wxJavaReadsTheEnvelopeThatWeWrite(@ForAll("messages") String message) throws Exception {
    AccountCallback callback = callback();

    String envelope =
        new ReplyWriter(Clock.systemUTC())
            .seal(
                MessageFormat.XML,
                callback,
                callback.decrypter().orElseThrow(),
                message.getBytes(UTF_8));

    Fields fields = Fields.read(envelope.getBytes(UTF_8));
    assertThat(
            new WxCryptUtil(TOKEN, Vectors.V5_KEY.reveal(), "wx1")
                .decryptXml(
                    String.valueOf(fields.find("MsgSignature")),
                    String.valueOf(fields.find("TimeStamp")),
                    String.valueOf(fields.find("Nonce")),
                    envelope))
        .isEqualTo(message);
  }

  private static AccountCallback callback() {
    return new AccountCallback(
        "mall", CallbackMode.SAFE, new Secret(TOKEN), new MessageCrypto(Vectors.V5_KEY, "wx1"));
  }
}
