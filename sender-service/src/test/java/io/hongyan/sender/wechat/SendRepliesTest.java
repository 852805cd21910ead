package io.hongyan.sender.wechat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fuzzing found in the reading of replies; {@link WeChatClientTest} has the usual ones. */
class SendRepliesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"errcode\":0.9}",
        "{\"errcode\":\"0\"}",
        "{\"errcode\":true,\"msgid\":1}",
        "{\"errrrmsg\":null,\"msgid\":\"2\"}",
        "{\"errcode\":0,\"errcode\":43004}",
        "{\"errcode\":4294967296}",
      })
  void leavesInDoubtWhatStatesNoErrcodeForCertain(String body) {
    assertThat(read(body).errcode()).isNull();
  }

  @Test
  void cutsTheShownBodyBetweenCharacters() {
    String shown = String.valueOf(read("x".repeat(199) + "🎧🎧").errmsg());

    assertThat(shown).isEqualTo("x".repeat(199) + "…");
  }

  private static WeChatReply read(String body) {
    return SendReplies.read(200, body.getBytes(UTF_8), "77_token", 5);
  }
}
