package io.hongyan.bench.load;

import io.hongyan.bench.stack.BenchStack;
import io.hongyan.stack.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import me.chanjar.weixin.common.util.crypto.WxCryptUtil;
import me.chanjar.weixin.common.util.crypto.WxCryptUtil.EncryptContext;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * WeChat's part of a delivery receipt: an event for each accepted message, encrypted by WxJava as
 * in safe mode, posted to the gateway at a steady rate whether earlier ones are answered or not.
 */
public final class ReceiptPosts {

  private static final String TOKEN = "BenchToken0123456789";
  private static final String AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  private static final MediaType XML = MediaType.get("text/xml");
  private static final Duration WECHATS_PATIENCE = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 500;

  private final URI gateway;
  private final String account;
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .connectionPool(new ConnectionPool(CONNECTIONS, 5, TimeUnit.MINUTES))
          .retryOnConnectionFailure(false)
          .callTimeout(WECHATS_PATIENCE)
          .build();

  /** Sets the account's callback on the gateway. */
  public ReceiptPosts(BenchStack stack, String account) {
    this.gateway = stack.gateway();
    this.account = account;
    String settings =
        JsonMapper.shared()
            .createObjectNode()
            .put("mode", "safe")
            .put("token", TOKEN)
            .put("encodingAesKey", AES_KEY)
            .toString();
    HttpCalls admin = stack.admin();
    try {
      admin.call("PUT", "/v1/accounts/%s/callback".formatted(account), settings).expectingSuccess();
    } catch (IOException e) {
      throw new UncheckedIOException("the callback was not set", e);
    }
  }

  /** The receipts of these messages, as the simulator lists them. */
  public List<Request> receiptsOf(Iterable<JsonNode> messages) {
    WxCryptUtil crypto = new WxCryptUtil(TOKEN, AES_KEY, BenchAccounts.appId(account));
    List<Request> receipts = new ArrayList<>();
    for (JsonNode message : messages) {
      receipts.add(receipt(crypto, message));
    }
    return receipts;
  }

  private Request receipt(WxCryptUtil crypto, JsonNode message) {
    EncryptContext sealed =
        crypto.encryptContext(
            """
            <xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName>\
            <CreateTime>%d</CreateTime><MsgType><![CDATA[event]]></MsgType>\
            <Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>%s</MsgID>\
            <Status><![CDATA[success]]></Status></xml>"""
                .formatted(
                    message.get("openid").asString(),
                    message.get("at").asLong() / 1_000,
                    message.get("msgid").asString()));
    HttpUrl url =
        HttpUrl.get(gateway.toString())
            .newBuilder()
            .addPathSegments("wechat/%s/callback".formatted(account))
            .addQueryParameter("timestamp", sealed.getTimeStamp())
            .addQueryParameter("nonce", sealed.getNonce())
            .addQueryParameter("encrypt_type", "aes")
            .addQueryParameter("msg_signature", sealed.getSignature())
            .build();
    String body =
        "<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>"
            .formatted(sealed.getEncrypt());
    return new Request.Builder().url(url).post(RequestBody.create(body, XML)).build();
  }

  /**
   * Posts them, so many a second, and returns how many milliseconds after its due moment each was
   * answered; fails if one was not answered {@code success}.
   */
  public List<Double> post(List<Request> receipts, int perSecond) {
    try {
      return SteadyCalls.millis(receipts.size(), perSecond, number -> call(receipts.get(number)));
    } catch (IOException e) {
      throw new UncheckedIOException("a receipt was not answered 'success'", e);
    }
  }

  private void call(Request receipt) throws IOException {
    try (Response response = http.newCall(receipt).execute()) {
      String answer = response.body().string();
      if (response.code() != 200 || !(answer.isEmpty() || answer.equals("success"))) {
        throw new IOException("answered " + response.code());
      }
    }
  }
}
