package io.hongyan.bench.peer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The text that every peer sends: an order that is on its way, five fields, about 456 bytes as the
 * call's JSON. The benchmark registers {@link #TEMPLATE_CONTENT} and sends {@link #FIELDS} through
 * the product too. Thread-safe.
 */
public final class Payload {

  /** Content of the template that the fields fill, as an operator writes it. */
  public static final String TEMPLATE_CONTENT =
      """
      订单号:{{character_string1.DATA}}
      商品名称:{{thing2.DATA}}
      订单金额:{{amount3.DATA}}
      发货时间:{{time4.DATA}}
      收货地址:{{thing5.DATA}}
      """;

  /** The same five fields for everybody: what differs from message to message is the order. */
  public static final Map<String, String> FIELDS =
      Map.of(
          "character_string1",
          "SO20261122083015000001",
          "thing2",
          "无线降噪头戴式耳机",
          "amount3",
          "¥1399.00",
          "time4",
          "2026-11-22 08:30:15",
          "thing5",
          "上海市浦东新区世纪大道八十八号楼");

  static final String ACCOUNT = "bench";
  static final String TEMPLATE = "order-shipped";

  private static final String OPENID = "oBench-";
  private static final int OPENID_LENGTH = 28;
  private static final String LINK = "https://shop.example.com/orders/";
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final String weChatTemplateId;
  private final Map<String, Value> fields = new TreeMap<>();

  Payload(String weChatTemplateId) {
    this.weChatTemplateId = weChatTemplateId;
    FIELDS.forEach((name, text) -> fields.put(name, new Value(text)));
  }

  String weChatTemplateId() {
    return weChatTemplateId;
  }

  /** Whom the message goes to: somebody else for each message of a batch, 28 characters. */
  static String openid(Message message) {
    String digits = Integer.toString(message.seq());
    return OPENID + "0".repeat(OPENID_LENGTH - OPENID.length() - digits.length()) + digits;
  }

  /** Where a tap on the message leads. */
  static String link(Message message) {
    return LINK + message.id();
  }

  /** The fields alone, as the product stores them for a recipient. */
  byte[] data() {
    return JSON.writeValueAsBytes(fields);
  }

  /** The body of {@code POST /cgi-bin/message/template/send}. */
  byte[] call(Message message) {
    return JSON.writeValueAsBytes(
        new Call(openid(message), weChatTemplateId, link(message), message.id(), fields));
  }

  /** The same for a message that came out of a queue. */
  static byte[] call(Queued queued) {
    return JSON.writeValueAsBytes(
        new Call(
            queued.openid(), queued.weChatTemplateId(), queued.url(), queued.id(), queued.data()));
  }

  /** The message on a queue, with all that the product's has. */
  byte[] queued(Message message) {
    return JSON.writeValueAsBytes(
        new Queued(
            message.id(),
            ACCOUNT,
            TEMPLATE,
            weChatTemplateId,
            openid(message),
            null,
            link(message),
            fields,
            0,
            0,
            false));
  }

  /** Reads back what {@link #queued} made; throws IllegalArgumentException if it is not that. */
  static Queued read(byte[] body) {
    try {
      return JSON.readValue(body, Queued.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not a message: " + e.getOriginalMessage(), e);
    }
  }

  /** A field's value. */
  record Value(String value) {}

  /** A message on a queue; see the product's own {@code PushMessage}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Queued(
      String id,
      String account,
      String template,
      @JsonProperty("wechatTemplateId") String weChatTemplateId,
      String openid,
      @Nullable String ref,
      String url,
      Map<String, Value> data,
      int tries,
      int attempts,
      boolean lookedAgain) {}

  private record Call(
      String touser,
      @JsonProperty("template_id") String templateId,
      String url,
      @JsonProperty("client_msg_id") String clientMsgId,
      Map<String, Value> data) {}
}
