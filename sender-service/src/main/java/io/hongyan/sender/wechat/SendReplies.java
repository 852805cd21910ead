package io.hongyan.sender.wechat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what came back from a send. Any bytes may have: what is not WeChat's JSON becomes a reply
 * without errcode, which leaves the message in doubt. Used by {@link WeChatClient}.
 */
final class SendReplies {

  private static final int SHOWN_BODY = 200;

  // Strict: 0.9 is no 0 and "0" no number, and of two errcodes neither is believed.
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private SendReplies() {}

  /**
   * @param token hidden in what the reply says
   */
  static WeChatReply read(int httpStatus, byte[] body, String token, int tookMillis) {
    SendReply reply = parse(body);
    if (httpStatus != 200 || reply == null || reply.errcode() == null && reply.msgid() == null) {
      String shown = beginning(WeChatClient.hide(token, text(body)));
      return new WeChatReply(httpStatus, null, shown, null, tookMillis);
    }
    int errcode = reply.errcode() == null ? 0 : reply.errcode();
    String errmsg = reply.errmsg() == null ? null : WeChatClient.hide(token, reply.errmsg());
    return new WeChatReply(httpStatus, errcode, errmsg, reply.msgid(), tookMillis);
  }

  private static @Nullable SendReply parse(byte[] body) {
    try {
      return JSON.readValue(body, SendReply.class);
    } catch (JacksonException e) {
      return null;
    }
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8).replace('\0', ' ');
  }

  private static String beginning(String text) {
    if (text.length() <= SHOWN_BODY) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(SHOWN_BODY - 1));
    return text.substring(0, splitsPair ? SHOWN_BODY - 1 : SHOWN_BODY) + "…";
  }

  private record SendReply(
      @Nullable Integer errcode, @Nullable String errmsg, @Nullable Long msgid) {}
}
