package io.hongyan.sender.wechat;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.secret.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The HTTP calls to WeChat. Takes a token, returns what WeChat answered; never retries, because a
 * silent resend is a duplicate. Blocks the calling (virtual) thread. Thread-safe.
 */
@Component
public class WeChatClient implements DisposableBean {

  private static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient http;
  private final HttpUrl baseUrl;
  private final JsonMapper json =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  WeChatClient(WeChatProperties properties) {
    this.baseUrl = HttpUrl.get(properties.baseUrl().toString());
    Duration timeout = properties.timeout();
    this.http =
        new OkHttpClient.Builder()
            // The default pool of 5 idle connections would reconnect all day.
            .connectionPool(
                new ConnectionPool(
                    properties.maxConnections(),
                    properties.keepAlive().toMillis(),
                    TimeUnit.MILLISECONDS))
            .dispatcher(new Dispatcher())
            // Nothing was found on HTTP/2 at WeChat's; many connections are also what spreads the
            // load.
            .protocols(List.of(Protocol.HTTP_1_1))
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .connectTimeout(properties.connectTimeout())
            .readTimeout(timeout)
            .writeTimeout(timeout)
            .callTimeout(timeout)
            .eventListenerFactory(call -> new WrittenListener(call.request().tag(Written.class)))
            .build();
  }

  /**
   * Sends one template message, with the message's id as {@code client_msg_id}. Returns what WeChat
   * answered, any errcode included.
   *
   * @throws NotSentException when WeChat cannot have seen the call
   * @throws IOException when no complete answer came; WeChat may have accepted the message
   */
  public WeChatReply sendTemplate(AccessToken token, PushMessage message) throws IOException {
    byte[] body = json.writeValueAsBytes(TemplateSendRequest.of(message));
    long begun = System.nanoTime();
    RawReply raw = call(post("/cgi-bin/message/template/send", token, body));
    int tookMillis = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    return SendReplies.read(raw.httpStatus(), raw.body(), token.reveal(), tookMillis);
  }

  /**
   * Fetches an access token.
   *
   * @param stable {@code stable_token}, where a second fetch harms nobody; else {@code token},
   *     where each fetch retires the token before
   * @throws WeChatRefusedException when WeChat answered with an errcode
   * @throws IOException when no readable answer came
   */
  public TokenReply fetchToken(String appId, Secret appSecret, boolean stable)
      throws IOException, WeChatRefusedException {
    Request request;
    if (stable) {
      Map<String, Object> body =
          Map.of(
              "grant_type",
              "client_credential",
              "appid",
              appId,
              "secret",
              appSecret.reveal(),
              "force_refresh",
              false);
      request =
          new Request.Builder()
              .url(url("/cgi-bin/stable_token").build())
              .post(body(json.writeValueAsBytes(body)))
              .build();
    } else {
      HttpUrl url =
          url("/cgi-bin/token")
              .addQueryParameter("grant_type", "client_credential")
              .addQueryParameter("appid", appId)
              .addQueryParameter("secret", appSecret.reveal())
              .build();
      request = new Request.Builder().url(url).build();
    }
    TokenBody reply = answer("token", request, appSecret.reveal(), TokenBody.class);
    if (reply.accessToken() == null || reply.expiresIn() == null) {
      throw new IOException("token reply without access_token or expires_in");
    }
    return new TokenReply(
        new AccessToken(reply.accessToken()), Duration.ofSeconds(reply.expiresIn()));
  }

  /** Asks how much of the day's sends is left; errors as for {@link #fetchToken}. */
  public QuotaReply fetchSendQuota(AccessToken token) throws IOException, WeChatRefusedException {
    byte[] body = json.writeValueAsBytes(Map.of("cgi_path", "/cgi-bin/message/template/send"));
    QuotaBody reply =
        answer(
            "openapi/quota/get",
            post("/cgi-bin/openapi/quota/get", token, body),
            token.reveal(),
            QuotaBody.class);
    if (reply.quota() == null) {
      throw new IOException("quota reply without quota");
    }
    return reply.quota();
  }

  /** The ids of the account's templates; errors as for {@link #fetchToken}. */
  public List<String> fetchTemplateIds(AccessToken token)
      throws IOException, WeChatRefusedException {
    HttpUrl url =
        url("/cgi-bin/template/get_all_private_template")
            .addQueryParameter("access_token", token.reveal())
            .build();
    TemplatesBody reply =
        answer(
            "get_all_private_template",
            new Request.Builder().url(url).build(),
            token.reveal(),
            TemplatesBody.class);
    return reply.templates() == null
        ? List.of()
        : reply.templates().stream().map(TemplateBody::templateId).toList();
  }

  @Override
  public void destroy() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  /** The answer of a call other than a send; {@code secret} is hidden in what it says. */
  private <T> T answer(String call, Request request, String secret, Class<T> type)
      throws IOException, WeChatRefusedException {
    RawReply raw = call(request);
    ErrorBody error = read(raw.body(), ErrorBody.class);
    T reply = read(raw.body(), type);
    if (raw.httpStatus() != 200 || error == null || reply == null) {
      // Without the body: a cut-off token reply has the token in it, an error page the URL's
      // secret.
      throw new IOException(
          "%s answered HTTP %d with %d bytes that are not its JSON"
              .formatted(call, raw.httpStatus(), raw.body().length));
    }
    // Absent means 0: the token calls leave errcode out on success.
    if (error.errcode() != null && error.errcode() != 0) {
      throw new WeChatRefusedException(
          call, error.errcode(), hide(secret, String.valueOf(error.errmsg())));
    }
    return reply;
  }

  private RawReply call(Request request) throws IOException {
    Written written = new Written();
    Call call = http.newCall(request.newBuilder().tag(Written.class, written).build());
    try (Response response = call.execute()) {
      return new RawReply(response.code(), response.body().bytes());
    } catch (IOException e) {
      if (written.begun) {
        throw e;
      }
      throw new NotSentException(e);
    }
  }

  private Request post(String path, AccessToken token, byte[] body) {
    HttpUrl url = url(path).addQueryParameter("access_token", token.reveal()).build();
    return new Request.Builder().url(url).post(body(body)).build();
  }

  private HttpUrl.Builder url(String path) {
    return baseUrl.newBuilder().encodedPath(path);
  }

  private static RequestBody body(byte[] json) {
    return new OneShotBody(RequestBody.create(json, JSON));
  }

  // WeChat says text/plain and sometimes ISO-8859-1, but the bytes are UTF-8 JSON.
  private <T> @Nullable T read(byte[] body, Class<T> type) {
    try {
      return json.readValue(body, type);
    } catch (JacksonException e) {
      return null;
    }
  }

  // Some errmsg quote the request's URL, and the token with it.
  static String hide(String secret, String text) {
    return secret.isEmpty() ? text : text.replace(secret, "***");
  }

  /**
   * A body that OkHttp may not send a second time: without this it repeats a call by itself after
   * HTTP 503 with {@code Retry-After: 0}. Its length is known, so Content-Length is always there;
   * WeChat answers chunked bodies with HTTP 412.
   */
  private static final class OneShotBody extends RequestBody {
    private final RequestBody content;

    OneShotBody(RequestBody content) {
      this.content = content;
    }

    @Override
    public @Nullable MediaType contentType() {
      return content.contentType();
    }

    @Override
    public long contentLength() throws IOException {
      return content.contentLength();
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      content.writeTo(sink);
    }
  }

  /** Whether the first byte of a request may have left this machine. */
  private static final class Written {
    volatile boolean begun;
  }

  private static final class WrittenListener extends EventListener {
    private final @Nullable Written written;

    WrittenListener(@Nullable Written written) {
      this.written = written;
    }

    @Override
    public void requestHeadersStart(Call call) {
      if (written != null) {
        written.begun = true;
      }
    }
  }

  /** An access token and how long it will be good. */
  public record TokenReply(AccessToken token, Duration expiresIn) {}

  /** The day's sends of an account. */
  public record QuotaReply(@JsonProperty("daily_limit") long dailyLimit, long used, long remain) {}

  private record RawReply(int httpStatus, byte[] body) {}

  private record ErrorBody(@Nullable Integer errcode, @Nullable String errmsg) {}

  private record TokenBody(
      @JsonProperty("access_token") @Nullable String accessToken,
      @JsonProperty("expires_in") @Nullable Long expiresIn) {}

  private record QuotaBody(@Nullable QuotaReply quota) {}

  private record TemplatesBody(
      @JsonProperty("template_list") @Nullable List<TemplateBody> templates) {}

  private record TemplateBody(@JsonProperty("template_id") String templateId) {}
}
