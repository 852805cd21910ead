package io.hongyan.simulator.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import me.chanjar.weixin.common.util.crypto.WxCryptUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WeChat's own examples (wechat-api 6.4), and WxJava on the other side. */
class MessageCryptoTest {

  private static final String KEY = "A".repeat(43);
  private static final String APPID = "wxba5fad812f8e6fb9";
  private static final String OTHER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

  @Test
  void signsAsWeChatsExamplesAreSigned() {
    assertThat(Signature.of("AAAAA", "1714036504", "1514711492"))
        .isEqualTo("f464b24fc39322e44b38aa78f5edd27bd1441696");
    assertThat(Signature.of("AAAAA", "1714037059", "486452656"))
        .isEqualTo("899cf89e464efb63f54ddac96b0a0a235f53aa78");
  }

  @Test
  void encryptsWeChatsExample() {
    assertThat(
            new MessageCrypto(KEY, APPID)
                .encrypt(ascii("707722b803182950"), "{\"demo_resp\":\"good luck\"}"))
        .isEqualTo(
            "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==");
  }

  @Test
  void encryptsTextThatIsNoAsciiWithAKeyWhoseLastCharacterHasSpareBits() throws Exception {
    MessageCrypto crypto = new MessageCrypto(OTHER_KEY, "wxb11529c136998cb6");

    String encrypted = crypto.encrypt(ascii("aaaabbbbccccdddd"), "我是中文abcd123");

    assertThat(encrypted)
        .isEqualTo(
            "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==");
    assertThat(crypto.decrypt(encrypted)).isEqualTo("我是中文abcd123");
    assertThat(Signature.of("pamtest", "1409304348", "xxxxxx", encrypted))
        .isEqualTo("82c962d39941aa48552f90ef55aa323dc620cc10");
  }

  @Test
  void encryptsAReceipt() {
    String receipt =
        PushedMessage.receipt(
                "oia2TjuEGTNoeX76QEjQNrcURxG8",
                1395658984,
                3557254367693750277L,
                ReceiptStatus.USER_BLOCK.text())
            .write(io.hongyan.simulator.account.CallbackFormat.XML, "gh_7f083739789a");

    String encrypted = new MessageCrypto(KEY, APPID).encrypt(ascii("0123456789abcdef"), receipt);

    assertThat(encrypted)
        .startsWith("uMMzGtqcnpOzXOYBwDQNrc7NdhqqQqr/+You24HGfXE5wP2gzqOjKIGpHg2Xi9VN");
    assertThat(Signature.of("AAAAA", "1714112445", "415670741", encrypted))
        .isEqualTo("0a83b975162e7576e05ff327a86cbb6e9d43abd8");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 11, 12, 13, 31, 32, 33, 2_000})
  void agreesWithWxJavaInBothDirections(int length) throws Exception {
    String message = "x".repeat(length);
    WxCryptUtil theirs = new WxCryptUtil("token", OTHER_KEY, APPID);
    MessageCrypto ours = new MessageCrypto(OTHER_KEY, APPID);

    assertThat(theirs.decrypt(ours.encrypt(ascii("0123456789abcdef"), message))).isEqualTo(message);
    assertThat(ours.decrypt(theirs.encrypt("0123456789abcdef", message))).isEqualTo(message);
  }

  @Test
  void refusesWhatWeChatWouldNotTake() {
    MessageCrypto crypto = new MessageCrypto(KEY, APPID);
    String forAnother = new MessageCrypto(KEY, "wx0").encrypt(ascii("0123456789abcdef"), "hi");
    String withAnotherKey =
        new MessageCrypto(OTHER_KEY, APPID).encrypt(ascii("0123456789abcdef"), "hi");

    for (String bad : new String[] {"", "!", "AAAA", forAnother, withAnotherKey}) {
      assertThatThrownBy(() -> crypto.decrypt(bad)).isInstanceOf(BadReplyException.class);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
