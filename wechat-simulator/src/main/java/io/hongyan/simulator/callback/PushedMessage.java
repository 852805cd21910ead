package io.hongyan.simulator.callback;

import io.hongyan.simulator.account.CallbackFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What WeChat has to say to an account: a follower's message, an event, or a receipt. Its fields
 * are texts and whole numbers.
 *
 * @param fromUser the follower's openid
 * @param createTime whole seconds
 * @param content the fields besides names and time, in WeChat's order
 */
public record PushedMessage(
    String fromUser, long createTime, String type, Map<String, Object> content) {

  public static PushedMessage text(String fromUser, long createTime, String text, long msgId) {
    return new PushedMessage(
        fromUser, createTime, "text", content("Content", text, "MsgId", msgId));
  }

  public static PushedMessage image(String fromUser, long createTime, String mediaId, long msgId) {
    return new PushedMessage(
        fromUser,
        createTime,
        "image",
        content("PicUrl", "http://mmbiz.qpic.cn/" + mediaId, "MediaId", mediaId, "MsgId", msgId));
  }

  /**
   * Something that a follower did.
   *
   * @param eventKey empty where the event has none
   */
  public static PushedMessage event(
      String fromUser, long createTime, String event, String eventKey) {
    return new PushedMessage(
        fromUser, createTime, "event", content("Event", event, "EventKey", eventKey));
  }

  /**
   * What became of a message that was accepted (wechat-api 5).
   *
   * @param msgid 0 = not said
   */
  static PushedMessage receipt(String openid, long finishedAt, long msgid, String status) {
    return new PushedMessage(
        openid,
        finishedAt,
        "event",
        content("Event", "TEMPLATESENDJOBFINISH", "MsgID", msgid, "Status", status));
  }

  /** As posted to the account of that original id. */
  String write(CallbackFormat format, String originalId) {
    return switch (format) {
      case XML -> "<xml>" + xmlFields(originalId) + "</xml>";
      case JSON -> JsonMapper.shared().writeValueAsString(json(originalId));
    };
  }

  /** The elements inside {@code <xml>}. */
  String xmlFields(String originalId) {
    StringBuilder xml = new StringBuilder(512);
    appendXml(xml, "ToUserName", originalId);
    appendXml(xml, "FromUserName", fromUser);
    appendXml(xml, "CreateTime", createTime);
    appendXml(xml, "MsgType", type);
    content.forEach((name, value) -> appendXml(xml, name, value));
    return xml.toString();
  }

  ObjectNode json(String originalId) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("ToUserName", originalId)
            .put("FromUserName", fromUser)
            .put("CreateTime", createTime)
            .put("MsgType", type);
    content.forEach(json::putPOJO);
    return json;
  }

  static void appendXml(StringBuilder xml, String name, Object value) {
    xml.append('<').append(name).append('>');
    if (value instanceof String text) {
      xml.append("<![CDATA[").append(text.replace("]]>", "]]]]><![CDATA[>")).append("]]>");
    } else {
      xml.append(value);
    }
    xml.append("</").append(name).append('>');
  }

  private static Map<String, Object> content(Object... namesAndValues) {
    Map<String, Object> content = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      content.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return content;
  }
}
