package io.hongyan.bench.peer;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The calls to WeChat by bare OkHttp, with the settings that proved best. One token for the life of
 * the process, which is shorter. Blocks the calling (virtual) thread. Thread-safe.
 */
final class OkHttpSender implements AutoCloseable {

  private static final MediaType JSON_TYPE = MediaType.get("application/json");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int IDLE_CONNECTIONS = 2_000;
  private static final int KEEP_ALIVE_MINUTES = 5;
  private static final int OK = 200;

  private final JsonMapper json =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .connectionPool(
              new ConnectionPool(IDLE_CONNECTIONS, KEEP_ALIVE_MINUTES, TimeUnit.MINUTES))
          .protocols(List.of(Protocol.HTTP_1_1))
          .retryOnConnectionFailure(false)
          .followRedirects(false)
          .connectTimeout(TIMEOUT)
          .readTimeout(TIMEOUT)
          .writeTimeout(TIMEOUT)
          .callTimeout(TIMEOUT)
          .build();
  private final HttpUrl sendUrl;

  private OkHttpSender(WeChatAccount account) throws IOException {
    HttpUrl base = HttpUrl.get(account.baseUrl());
    this.sendUrl =
        base.newBuilder()
            .encodedPath("/cgi-bin/message/template/send")
            .addQueryParameter("access_token", fetchToken(base, account))
            .build();
  }

  /** Fetches the token. */
  static OkHttpSender connect(WeChatAccount account) throws IOException {
    return new OkHttpSender(account);
  }

  /**
   * Sends one message and returns WeChat's msgid.
   *
   * @throws IOException also when WeChat refuses, with what it said
   */
  long send(byte[] body) throws IOException {
    SendReply reply = post(sendUrl, body, SendReply.class);
    if (reply.errcode() == null || reply.errcode() != 0 || reply.msgid() == null) {
      throw new IOException("WeChat did not accept the message: " + reply);
    }
    return reply.msgid();
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private String fetchToken(HttpUrl base, WeChatAccount account) throws IOException {
    byte[] body =
        json.writeValueAsBytes(
            Map.of(
                "grant_type",
                "client_credential",
                "appid",
                account.appId(),
                "secret",
                account.secret()));
    TokenReply reply =
        post(
            base.newBuilder().encodedPath("/cgi-bin/stable_token").build(), body, TokenReply.class);
    if (reply.accessToken() == null) {
      throw new IOException(
          "WeChat gave no token: errcode %s, %s".formatted(reply.errcode(), reply.errmsg()));
    }
    return reply.accessToken();
  }

  private <T> T post(HttpUrl url, byte[] body, Class<T> type) throws IOException {
    Request request =
        new Request.Builder().url(url).post(RequestBody.create(body, JSON_TYPE)).build();
    try (Response response = http.newCall(request).execute()) {
      byte[] answer = response.body().bytes();
      if (response.code() != OK) {
        throw new IOException("WeChat answered HTTP " + response.code());
      }
      return json.readValue(answer, type);
    } catch (JacksonException e) {
      throw new IOException("WeChat answered something that is not its JSON", e);
    }
  }

  private record SendReply(
      @Nullable Integer errcode, @Nullable String errmsg, @Nullable Long msgid) {}

  private record TokenReply(
      @JsonProperty("access_token") @Nullable String accessToken,
      @Nullable Integer errcode,
      @Nullable String errmsg) {}
}
