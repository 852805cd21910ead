package io.hongyan.sender.wechat;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.secret.Secret;
import io.hongyan.sender.wechat.WeChatHttp.RawReply;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The HTTP calls to WeChat: sends and the token call here, what is about an account as a whole in
 * {@link AccountCalls}. Takes a token, returns what WeChat answered; never retries, because a
 * silent resend is a duplicate. Blocks the calling (virtual) thread. Thread-safe.
 */
@Component
public class WeChatClient implements DisposableBean {

  private final WeChatHttp http;
  // Names that people wrote may hold raw control characters (wechat-api 7).
  private final JsonMapper json =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();

  WeChatClient(WeChatProperties properties) {
    this.http = new WeChatHttp(properties);
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
    RawReply raw = http.post(withToken("/cgi-bin/message/template/send", token), body);
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
    RawReply raw;
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
      raw = http.post("/cgi-bin/stable_token", json.writeValueAsBytes(body));
    } else {
      raw =
          http.get(
              "/cgi-bin/token?grant_type=client_credential&appid=%s&secret=%s"
                  .formatted(encoded(appId), encoded(appSecret.reveal())));
    }
    TokenBody reply = answer("token", raw, appSecret.reveal(), TokenBody.class);
    if (reply.accessToken() == null || reply.expiresIn() == null) {
      throw new IOException("token reply without access_token or expires_in");
    }
    return new TokenReply(
        new AccessToken(reply.accessToken()), Duration.ofSeconds(reply.expiresIn()));
  }

  /** Asks; the call and its errors are as for {@link #fetchToken}, the token is hidden in them. */
  <T> T get(String call, AccessToken token, String query, Class<T> type)
      throws IOException, WeChatRefusedException {
    RawReply raw = http.get(withToken("/cgi-bin/" + call, token) + query);
    return answer(call, raw, token.reveal(), type);
  }

  /** Posts a body as JSON; for the rest see {@link #get}. */
  <T> T post(String call, AccessToken token, Object body, Class<T> type)
      throws IOException, WeChatRefusedException {
    RawReply raw = http.post(withToken("/cgi-bin/" + call, token), json.writeValueAsBytes(body));
    return answer(call, raw, token.reveal(), type);
  }

  @Override
  public void destroy() {
    http.close();
  }

  /** The answer of a call other than a send; {@code secret} is hidden in what it says. */
  private <T> T answer(String call, RawReply raw, String secret, Class<T> type)
      throws IOException, WeChatRefusedException {
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

  private static String withToken(String path, AccessToken token) {
    return path + "?access_token=" + encoded(token.reveal());
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
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

  /** An access token and how long it will be good. */
  public record TokenReply(AccessToken token, Duration expiresIn) {}

  private record ErrorBody(@Nullable Integer errcode, @Nullable String errmsg) {}

  private record TokenBody(
      @JsonProperty("access_token") @Nullable String accessToken,
      @JsonProperty("expires_in") @Nullable Long expiresIn) {}
}
