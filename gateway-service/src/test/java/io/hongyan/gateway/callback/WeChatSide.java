package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.UUID;
import me.chanjar.weixin.common.util.crypto.WxCryptUtil;

/**
 * WeChat's side of an account's callback, in a test: signs with a reckoning of its own, encrypts by
 * WxJava, and posts to a gateway.
 */
final class WeChatSide {

  private static final String TOKEN = "t0ken";

  private final String account;
  private final String appId;

  private WeChatSide(String account) {
    this.account = account;
    this.appId = "wx-" + account;
  }

  /** Makes the account and its callback. */
  static WeChatSide of(RunningGateway gateway, String account, String mode, String more) {
    gateway.createAccount(account);
    Answer stored =
        gateway.admin(
            "PUT",
            "/v1/accounts/%s/callback".formatted(account),
            "{\"mode\":\"%s\",\"token\":\"%s\",\"encodingAesKey\":\"%s\"%s}"
                .formatted(mode, TOKEN, Vectors.V5_KEY.reveal(), more));
    if (stored.status() >= 300) {
      throw new IllegalStateException(stored.text());
    }
    return new WeChatSide(account);
  }

  /** Makes a rule that answers a text. */
  WeChatSide rule(RunningGateway gateway, String text, String reply) {
    Answer stored =
        gateway.admin(
            "PUT",
            "/v1/accounts/%s/auto-replies/r-%s".formatted(account, UUID.randomUUID()),
            "{\"on\":\"keyword\",\"match\":\"exact\",\"pattern\":\"%s\",\"reply\":{\"type\":\"text\",\"content\":\"%s\"}}"
                .formatted(text, reply));
    if (stored.status() >= 300) {
      throw new IllegalStateException(stored.text());
    }
    return this;
  }

  /** A message that is not sent yet. */
  static String text(String openid, long msgId, String content) {
    return "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId></xml>"
        .formatted(openid, Instant.now().getEpochSecond(), content, msgId);
  }

  static String receipt(String openid, long msgid, String status) {
    return "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>1395658984</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>%d</MsgID><Status><![CDATA[%s]]></Status></xml>"
        .formatted(openid, msgid, status);
  }

  URI address(RunningGateway gateway, String query) {
    return gateway.uri("/wechat/%s/callback?%s".formatted(account, query));
  }

  /** A query with a new nonce, signed now. */
  static String signed() {
    return signed(Instant.now(), UUID.randomUUID().toString());
  }

  static String signed(Instant at, String nonce) {
    String timestamp = String.valueOf(at.getEpochSecond());
    return "signature=%s&timestamp=%s&nonce=%s"
        .formatted(Signature.of(TOKEN, timestamp, nonce), timestamp, nonce);
  }

  /** Posts in plain. */
  Answer post(RunningGateway gateway, String query, String body) {
    return send(gateway, query, BodyPublishers.ofString(body), "text/xml");
  }

  Answer send(RunningGateway gateway, String query, BodyPublisher body, String type) {
    return gateway.send(
        HttpRequest.newBuilder(address(gateway, query)).header("Content-Type", type).POST(body));
  }

  /** Posts encrypted as in safe mode, in XML. */
  Answer postSafe(RunningGateway gateway, String message) {
    return postSafe(gateway, Instant.now(), UUID.randomUUID().toString(), message);
  }

  Answer postSafe(RunningGateway gateway, Instant at, String nonce, String message) {
    String timestamp = String.valueOf(at.getEpochSecond());
    String encrypted = crypto().encrypt("0123456789abcdef", message);
    return post(
        gateway,
        "%s&encrypt_type=aes&msg_signature=%s"
            .formatted(signed(at, nonce), Signature.of(TOKEN, timestamp, nonce, encrypted)),
        message.startsWith("{")
            ? "{\"ToUserName\":\"gh_1\",\"Encrypt\":\"%s\"}".formatted(encrypted)
            : "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>"
                .formatted(encrypted));
  }

  /** WxJava's reading of an encrypted reply; fails if its signature is wrong. */
  Fields open(String envelope) throws RefusedException {
    Fields fields = Fields.read(envelope.getBytes(UTF_8));
    String message =
        crypto()
            .decryptContent(
                String.valueOf(fields.find("MsgSignature")),
                String.valueOf(fields.find("TimeStamp")),
                String.valueOf(fields.find("Nonce")),
                String.valueOf(fields.find("Encrypt")));
    return Fields.read(message.getBytes(UTF_8));
  }

  private WxCryptUtil crypto() {
    return new WxCryptUtil(TOKEN, Vectors.V5_KEY.reveal(), appId);
  }

  /** Verifies the address. */
  Answer verify(RunningGateway gateway, String query, String echo) {
    return gateway.send(
        HttpRequest.newBuilder(
                address(gateway, query + "&echostr=" + URLEncoder.encode(echo, UTF_8)))
            .GET());
  }
}
