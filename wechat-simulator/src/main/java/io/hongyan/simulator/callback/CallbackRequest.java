package io.hongyan.simulator.callback;

import io.hongyan.simulator.account.Callback;
import io.hongyan.simulator.account.CallbackFormat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What goes over the wire to an account: signed, and encrypted where the account wants that
 * (wechat-api 6.1, 6.2). Tries of one message are the same request: timestamp and nonce do not
 * change.
 *
 * @param query without {@code ?}
 * @param contentType null: a GET without a body
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CallbackRequest(String query, @Nullable String contentType, byte[] body) {

  /** The question that shows that the address is the account's: it must repeat the text. */
  static CallbackRequest verification(
      Callback callback, long timestamp, String nonce, String echostr) {
    return new CallbackRequest(
        signed(callback, Long.toString(timestamp), nonce) + "&echostr=" + echostr,
        null,
        new byte[0]);
  }

  /**
   * @param timestamp when it is first posted, whole seconds
   */
  static CallbackRequest post(
      Callback callback, String appid, PushedMessage message, long timestamp, String nonce) {
    String time = Long.toString(timestamp);
    String query = signed(callback, time, nonce) + "&openid=" + message.fromUser();
    String plain = message.write(callback.format(), callback.originalId());
    String aesKey = callback.encodingAesKey();
    if (!callback.mode().encrypts() || aesKey == null) {
      return post(callback, query, plain);
    }
    String encrypted = new MessageCrypto(aesKey, appid).encrypt(random(), plain);
    return post(
        callback,
        query
            + "&encrypt_type=aes&msg_signature="
            + Signature.of(callback.token(), time, nonce, encrypted),
        callback.format() == CallbackFormat.XML
            ? xml(callback, message, encrypted)
            : json(callback, message, encrypted));
  }

  boolean isGet() {
    return contentType == null;
  }

  /** Path and query, for an address that may have a query of its own. */
  String target(URI address) {
    String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
    String own = address.getRawQuery();
    return path + "?" + (own == null ? "" : own + "&") + query;
  }

  private static CallbackRequest post(Callback callback, String query, String body) {
    return new CallbackRequest(
        query,
        callback.format() == CallbackFormat.XML ? "text/xml" : "application/json",
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static String signed(Callback callback, String time, String nonce) {
    return "signature="
        + Signature.of(callback.token(), time, nonce)
        + "&timestamp="
        + time
        + "&nonce="
        + nonce;
  }

  private static String xml(Callback callback, PushedMessage message, String encrypted) {
    StringBuilder xml = new StringBuilder(encrypted.length() + 512).append("<xml>");
    switch (callback.mode()) {
      case PLAIN, COMPATIBLE -> xml.append(message.xmlFields(callback.originalId()));
      case SAFE -> PushedMessage.appendXml(xml, "ToUserName", callback.originalId());
    }
    PushedMessage.appendXml(xml, "Encrypt", encrypted);
    return xml.append("</xml>").toString();
  }

  private static String json(Callback callback, PushedMessage message, String encrypted) {
    ObjectNode json =
        switch (callback.mode()) {
          case PLAIN, COMPATIBLE -> message.json(callback.originalId());
          case SAFE ->
              JsonNodeFactory.instance.objectNode().put("ToUserName", callback.originalId());
        };
    return JsonMapper.shared().writeValueAsString(json.put("Encrypt", encrypted));
  }

  private static byte[] random() {
    // WeChat takes letters and digits; nothing here is a secret.
    return HexFormat.of()
        .toHexDigits(ThreadLocalRandom.current().nextLong())
        .getBytes(StandardCharsets.US_ASCII);
  }
}
