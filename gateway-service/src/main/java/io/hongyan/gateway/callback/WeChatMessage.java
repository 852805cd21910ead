package io.hongyan.gateway.callback;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A follower's message or an event as WeChat posted it: verified, decrypted and read.
 *
 * @param account our id of the account
 * @param toUser the account's original id ({@code gh_…}); the sender of a reply
 * @param fromUser the follower's openid
 * @param createTime whole seconds
 * @param type {@code text}, {@code image}, {@code event} …
 * @param event null unless the type is {@code event}
 * @param eventKey null where there is none
 * @param msgId WeChat's {@code MsgId}; null for events
 * @param content a text message's text; null for others
 * @param fields every text field by WeChat's name, nested ones left out
 * @param body as it came, decrypted
 */
record WeChatMessage(
    String account,
    String toUser,
    String fromUser,
    Instant createTime,
    String type,
    @Nullable String event,
    @Nullable String eventKey,
    @Nullable Long msgId,
    @Nullable String content,
    Map<String, String> fields,
    String body) {

  /** What WeChat calls the event that is a delivery receipt. */
  static final String RECEIPT_EVENT = "TEMPLATESENDJOBFINISH";

  /**
   * What makes it the same message when WeChat posts it again. {@code MsgId} alone has collided,
   * and so has person and second for events, so both have more in them (wechat-api 6.3); two
   * receipts of a person in one second differ by their {@code MsgID}.
   */
  String key() {
    if (isReceipt()) {
      return String.join(
          "|",
          RECEIPT_EVENT,
          fromUser,
          fields.getOrDefault("MsgID", "0"),
          fields.getOrDefault("Status", ""));
    }
    String second = String.valueOf(createTime.getEpochSecond());
    return msgId != null
        ? String.join("|", "message", String.valueOf(msgId), fromUser, second)
        : String.join(
            "|",
            "event",
            fromUser,
            second,
            event == null ? type : event,
            eventKey == null ? "" : eventKey);
  }

  /** Whether it is a delivery receipt. */
  boolean isReceipt() {
    return RECEIPT_EVENT.equalsIgnoreCase(event);
  }

  /** Whether it says that the person follows the account from now on, or no longer does. */
  boolean changesFollower() {
    return isEvent("subscribe") || isEvent("unsubscribe");
  }

  /** Whether it is the event of that name. */
  boolean isEvent(String name) {
    return type.equalsIgnoreCase("event") && name.equalsIgnoreCase(event);
  }
}
