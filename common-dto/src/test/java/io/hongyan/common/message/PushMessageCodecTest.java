package io.hongyan.common.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.common.message.PushMessage.MiniProgram;
import io.hongyan.common.message.PushMessage.TemplateValue;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a queued message looks like, and that it survives the way. */
class PushMessageCodecTest {

  private final PushMessageCodec codec = new PushMessageCodec();

  @Test
  void readsBackWhatItWrote() throws Exception {
    PushMessage message =
        new PushMessage(
            new MessageId(new BatchId(42), 7),
            "mall",
            "order-paid",
            "wxt-1",
            "oA1",
            "order-991",
            "https://mall.example/1",
            new MiniProgram("wx2", null),
            Map.of("thing1", new TemplateValue("耳机 🎧", "#173177")),
            Instant.parse("2026-12-01T01:00:00Z"),
            2,
            3,
            true);

    PushMessage read = codec.decode(codec.encode(message));

    assertThat(read).isEqualTo(message);
  }

  @Test
  void theMessageIdIsOneString() {
    PushMessage message =
        new PushMessage(
            new MessageId(new BatchId(42), 7),
            "mall",
            "order-paid",
            "wxt-1",
            "oA1",
            null,
            null,
            null,
            Map.of(),
            null,
            0,
            0,
            false);

    String body = new String(codec.encode(message), UTF_8);

    assertThat(body).contains("\"id\":\"" + message.id() + "\"").doesNotContain("null");
  }

  @Test
  void aWrongMessageIdIsUnreadable() {
    byte[] body = "{\"id\":\"nonsense\"}".getBytes(UTF_8);

    assertThatThrownBy(() -> codec.decode(body)).isInstanceOf(UnreadableMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tries", "attempts"})
  void aNegativeCountIsUnreadable(String count) {
    byte[] body =
        """
        {"id":"000000000001A-7","account":"a","template":"t","wechatTemplateId":"w","openid":"o","data":{},
         "tries":0,"attempts":0,"lookedAgain":false}"""
            .replace("\"" + count + "\":0", "\"" + count + "\":-1")
            .getBytes(UTF_8);

    assertThatThrownBy(() -> codec.decode(body))
        .isInstanceOf(UnreadableMessageException.class)
        .hasMessageContaining("negative");
  }
}
