package io.hongyan.sender.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Any bytes as WeChat's answer to a send: read, or left in doubt. An errcode is only believed where
 * the JSON says that very number: to take anything else for a 0 would claim a message that nobody
 * got, and to take it for a refusal would send one again that somebody got.
 */
class SendRepliesFuzz {

  private static final String TOKEN = "77_token";
  private static final List<Integer> STATUSES = List.of(200, 200, 200, 500, 502, 503);
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The first byte chooses the HTTP status, the others are the body. */
  @FuzzTest
  void believesOnlyAnErrcodeThatIsThere(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    int status = STATUSES.get((bytes[0] & 0xff) % STATUSES.size());
    byte[] body = Arrays.copyOfRange(bytes, 1, bytes.length);

    WeChatReply reply = SendReplies.read(status, body, TOKEN, 5);

    if (reply.errcode() != null) {
      assertThat(status).isEqualTo(200);
      JsonNode tree = tree(body);
      // What says that the message was accepted, the msgid where there is no errcode, is a number.
      boolean said = tree.hasNonNull("errcode");
      assertThat(number(tree.path(said ? "errcode" : "msgid")))
          .isEqualTo(said ? reply.errcode().toString() : String.valueOf(reply.msgid()));
      assertThat(said || reply.errcode() == 0).isTrue();
      assertThat(reply.msgid()).isEqualTo(msgid(tree.path("msgid")));
    } else {
      assertThat(reply.errmsg()).isNotNull().hasSizeLessThanOrEqualTo(201);
      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(String.valueOf(reply.errmsg())))
          .isTrue();
    }
    assertThat(String.valueOf(reply.errmsg())).doesNotContain(TOKEN);
  }

  /** Of what was read it is known that it is JSON. */
  private static JsonNode tree(byte[] body) {
    return JSON.readTree(body);
  }

  private static String number(JsonNode value) {
    return value.isIntegralNumber() ? value.bigIntegerValue().toString() : "no number: " + value;
  }

  /** The number, in quotes or not; null if it is none or too large. */
  private static @Nullable Long msgid(JsonNode value) {
    try {
      boolean usual = value.isIntegralNumber() || value.asString("").matches("[0-9]{1,19}");
      return usual ? Long.valueOf(value.asString()) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
