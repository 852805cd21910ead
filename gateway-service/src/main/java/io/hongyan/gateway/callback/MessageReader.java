package io.hongyan.gateway.callback;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a message of the fields that WeChat posted; what every message has must be there. */
final class MessageReader {

  private static final Pattern OPENID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");
  private static final int MAX_NAME = 128;
  private static final long MAX_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private final String account;
  private final Fields fields;

  private MessageReader(String account, Fields fields) {
    this.account = account;
    this.fields = fields;
  }

  /**
   * @throws RefusedException if a field is missing or not of its form
   */
  static WeChatMessage read(String account, Fields fields) throws RefusedException {
    return new MessageReader(account, fields).read();
  }

  private WeChatMessage read() throws RefusedException {
    String type = name("MsgType");
    boolean isEvent = type.equals("event");
    // MsgID is another thing, that of the message which an event is about (wechat-api 0.5).
    String msgId = fields.find("MsgId");
    WeChatMessage message =
        new WeChatMessage(
            account,
            name("ToUserName"),
            openid(),
            createTime(),
            type,
            isEvent ? name("Event") : null,
            isEvent ? fields.find("EventKey") : null,
            isEvent || msgId == null ? null : number("MsgId", msgId),
            type.equals("text") ? fields.find("Content") : null,
            fields.values(),
            fields.text());
    if (message.isReceipt()) {
      name("Status");
      receiptMsgid(message);
    }
    return message;
  }

  /** The {@code MsgID} of a receipt; 0 = it does not say (wechat-api 0.6). */
  static long receiptMsgid(WeChatMessage receipt) throws RefusedException {
    String msgid = receipt.fields().get("MsgID");
    return msgid == null || msgid.isBlank() ? 0 : number("MsgID", msgid);
  }

  private String openid() throws RefusedException {
    String openid = required("FromUserName");
    if (!OPENID.matcher(openid).matches()) {
      throw unreadable("FromUserName is no openid");
    }
    return openid;
  }

  private Instant createTime() throws RefusedException {
    long second = number("CreateTime", required("CreateTime"));
    if (second > MAX_SECOND) {
      throw unreadable("CreateTime is no time in seconds");
    }
    return Instant.ofEpochSecond(second);
  }

  private String name(String field) throws RefusedException {
    String name = required(field);
    if (name.length() > MAX_NAME) {
      throw unreadable(field + " is too long");
    }
    return name;
  }

  private String required(String field) throws RefusedException {
    @Nullable String value = fields.find(field);
    if (value == null || value.isBlank()) {
      throw unreadable(field + " is missing");
    }
    return value.strip();
  }

  private static long number(String field, String text) throws RefusedException {
    if (NUMBER.matcher(text.strip()).matches()) {
      try {
        return Long.parseLong(text.strip());
      } catch (NumberFormatException e) {
        // nineteen digits may be more than a long
      }
    }
    throw unreadable(field + " is no number");
  }

  private static RefusedException unreadable(String message) {
    return new RefusedException(Refusal.UNREADABLE, message);
  }
}
