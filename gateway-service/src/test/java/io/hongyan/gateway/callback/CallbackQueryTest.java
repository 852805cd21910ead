package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackQueryTest {

  @Test
  void readsWhatWeChatSends() throws Exception {
    CallbackQuery query =
        CallbackQuery.parse(
            "signature=abc&timestamp=1714112445&nonce=415670741&openid=oA&encrypt_type=aes&msg_signature=def");

    assertThat(query.signature()).isEqualTo("abc");
    assertThat(query.timestamp()).isEqualTo("1714112445");
    assertThat(query.second()).isEqualTo(1_714_112_445L);
    assertThat(query.nonce()).isEqualTo("415670741");
    assertThat(query.isEncrypted()).isTrue();
    assertThat(query.messageSignature()).isEqualTo("def");
    assertThat(query.echo()).isEmpty();
  }

  @Test
  void decodesWhatIsEncoded() throws Exception {
    CallbackQuery query =
        CallbackQuery.parse("timestamp=1&nonce=a%2Bb&echostr=%E8%80%B3+x&encrypt_type=raw");

    assertThat(query.nonce()).isEqualTo("a+b");
    assertThat(query.echo()).hasValue("耳 x");
    assertThat(query.isEncrypted()).isFalse();
    assertThatThrownBy(query::signature).isInstanceOf(RefusedException.class);
    assertThatThrownBy(query::messageSignature).isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "timestamp=1",
        "nonce=1",
        "timestamp=1&nonce=",
        "timestamp=&nonce=1",
        "timestamp=-1&nonce=1",
        "timestamp=1.5&nonce=1",
        "timestamp=1234567890123&nonce=1",
        "timestamp=１&nonce=1",
        "timestamp=1&nonce=a%20b",
        "timestamp=1&nonce=a%00",
        "timestamp=1&nonce=%",
        "timestamp=1&nonce=1&nonce=2",
        "timestamp=1&nonce=1&encrypt_type=AES",
        "timestamp=1&nonce=12345678901234567890123456789012345678901234567890123456789012345"
      })
  void refusesWhatIsNoneOfWeChats(String query) {
    assertThatThrownBy(() -> CallbackQuery.parse(query))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.QUERY));
  }
}
