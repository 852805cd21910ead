package io.hongyan.sender.wechat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        "{\"msgid\":9223372036854775808}",
      })
  void leavesInDoubtWhatStatesNoErrcodeForCertain(String body) {
    assertThat(read(body).errcode()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "null",
      value = {
        "{\"errcode\":0,\"msgid\":\"9223372036854775807\"} | 0 | 9223372036854775807",
        "{\"errcode\":0,\"msgid\":9223372036854775808} | 0 | null",
        "{\"errcode\":0,\"msgid\":\"9223372036854775808\"} | 0 | null",
        "{\"errcode\":0,\"msgid\":\"none\"} | 0 | null",
        "{\"errcode\":0,\"msgid\":1.5} | 0 | null",
        "{\"errcode\":43004,\"msgid\":{}} | 43004 | null",
      })
  void anUnusualMsgidDoesNotPutTheErrcodeInDoubt(String body, int errcode, @Nullable Long msgid) {
    WeChatReply reply = read(body);

    assertThat(reply.errcode()).isEqualTo(errcode);
    assertThat(reply.msgid()).isEqualTo(msgid);
  }

  @Test
  void anUnusualErrmsgIsShownAsItStandsWithoutTheToken() {
    WeChatReply reply = read("{\"errcode\":40001,\"errmsg\":[\"invalid\",\"77_token\"]}");

    assertThat(reply.errcode()).isEqualTo(40001);
    assertThat(reply.errmsg()).startsWith("[\"invalid\",").doesNotContain("77_token");
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
