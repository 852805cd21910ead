package io.hongyan.sender.wechat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what came back from a send. Any bytes may have: what is not WeChat's JSON becomes a reply
 * without errcode, which leaves the message in doubt. Used by {@link WeChatClient}.
 */
final class SendReplies {

  private static final int SHOWN_BODY = 200;

  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,19}");

  // Of two errcodes neither is believed.
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private SendReplies() {}

  /**
   * @param token hidden in what the reply says
   */
  static WeChatReply read(int httpStatus, byte[] body, String token, int tookMillis) {
    JsonNode reply = parse(body);
    Integer errcode = httpStatus == 200 ? errcode(reply) : null;
    if (errcode == null) {
      String shown = beginning(WeChatClient.hide(token, text(body)));
      return new WeChatReply(httpStatus, null, shown, null, tookMillis);
    }
    String errmsg = errmsg(reply);
    String shown = errmsg == null ? null : WeChatClient.hide(token, errmsg);
    return new WeChatReply(httpStatus, errcode, shown, msgid(reply), tookMillis);
  }

  /** A missing node if it is no JSON. */
  private static JsonNode parse(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      return JSON.missingNode();
    }
  }

  /** Strict, for it decides: 0.9 is no 0, "0" no number, and without it only a msgid says 0. */
  private static @Nullable Integer errcode(JsonNode reply) {
    JsonNode errcode = reply.path("errcode");
    if (errcode.isMissingNode() || errcode.isNull()) {
      return reply.path("msgid").isIntegralNumber() && msgid(reply) != null ? 0 : null;
    }
    return errcode.isIntegralNumber() && errcode.canConvertToInt() ? errcode.intValue() : null;
  }

  /** Best effort: whatever stands there, the errcode says what became of the message. */
  private static @Nullable Long msgid(JsonNode reply) {
    JsonNode msgid = reply.path("msgid");
    if (msgid.isString() && DIGITS.matcher(msgid.stringValue()).matches()) {
      return inLong(new BigInteger(msgid.stringValue()));
    }
    return msgid.isIntegralNumber() ? inLong(msgid.bigIntegerValue()) : null;
  }

  private static @Nullable Long inLong(BigInteger number) {
    return number.bitLength() < Long.SIZE ? number.longValue() : null;
  }

  /** Best effort, like the msgid: of another type, it is shown as it stands. */
  private static @Nullable String errmsg(JsonNode reply) {
    JsonNode errmsg = reply.path("errmsg");
    if (errmsg.isMissingNode() || errmsg.isNull()) {
      return null;
    }
    return errmsg.isString() ? errmsg.stringValue() : errmsg.toString();
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
}
