package io.hongyan.gateway.senders;

import io.hongyan.common.secret.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a sender about an account or to do something for it at WeChat. The senders' addresses are
 * tried in turn until one can be reached, beginning with the one that was reached last. Every
 * failure is a problem for the caller of the gateway, see {@link SenderProblems}. What is said in
 * either direction is never logged: it may be a token. Thread-safe.
 */
@Component
public class SenderCalls implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(SenderCalls.class);

  private final SenderProperties properties;
  private final List<URI> addresses;
  private final Secret authorization;
  private final HttpClient http;
  // Not the edge's strict one: a newer sender may answer with more than this gateway knows.
  private final JsonMapper json = new JsonMapper();
  private volatile int lastReached;

  SenderCalls(SenderProperties properties, InternalKeyProperties key) {
    this.properties = properties;
    this.addresses = properties.addresses();
    this.authorization = key.authorization();
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(properties.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            // The credential stays inside the company's network, whatever proxy the JVM is told.
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
  }

  /** Asks for something; may reach WeChat. */
  public <T> T get(String account, String path, Class<T> answer) {
    return read(send(new Call("GET", account, path, null, true)), answer);
  }

  /** Asks for something that does no harm when it is done twice. */
  public <T> T post(String account, String path, @Nullable Object body, Class<T> answer) {
    return read(send(new Call("POST", account, path, body, true)), answer);
  }

  /**
   * Changes something at WeChat, once at most. Where {@link SenderProblems#leaveDoubt} it may have
   * been changed although this failed.
   */
  public <T> T change(String account, String path, @Nullable Object body, Class<T> answer) {
    return read(send(new Call("POST", account, path, body, false)), answer);
  }

  /** As above, where the sender answers nothing but that it is done. */
  public void change(String account, String path, @Nullable Object body) {
    send(new Call("POST", account, path, body, false));
  }

  private byte[] send(Call call) {
    HttpResponse<byte[]> response = firstAnswer(call);
    byte[] body = response.body();
    return switch (response.statusCode()) {
      case 200, 201, 204 -> body;
      case 401 -> {
        log.error(
            "sender refused the gateway's credential, give both the same HONGYAN_MASTER_KEY address={}",
            response.uri().getAuthority());
        throw SenderProblems.credentialRefused();
      }
      case 404 -> throw SenderProblems.accountUnknown(call.account());
      case 422 -> throw SenderProblems.refused(read(body, Refusal.class));
      case 503 -> throw SenderProblems.weChatAway(read(body, Away.class), call.repeatable());
      default -> {
        log.error(
            "sender answered what it should not status={} path={} address={}",
            response.statusCode(),
            call.path(),
            response.uri().getAuthority());
        throw SenderProblems.unexpected();
      }
    };
  }

  private HttpResponse<byte[]> firstAnswer(Call call) {
    int first = lastReached;
    for (int i = 0; i < addresses.size(); i++) {
      int place = (first + i) % addresses.size();
      try {
        HttpResponse<byte[]> response = exchange(request(addresses.get(place), call));
        lastReached = place;
        return response;
      } catch (ConnectException | HttpConnectTimeoutException e) {
        warn(addresses.get(place), e);
      } catch (IOException e) {
        warn(addresses.get(place), e);
        if (!call.repeatable()) {
          throw SenderProblems.noAnswer();
        }
        if (e instanceof HttpTimeoutException) {
          // It was reached and is slow, as WeChat may be; the next would be no faster.
          throw SenderProblems.away();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw call.repeatable() ? SenderProblems.away() : SenderProblems.noAnswer();
      }
    }
    throw SenderProblems.away();
  }

  // The request's own timeout ends with the head of the answer; this one holds for all of it.
  private HttpResponse<byte[]> exchange(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.ofByteArray());
    try {
      return answer.get(properties.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no answer within " + properties.timeout());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("a call to the sender broke", e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static void warn(URI address, IOException cause) {
    log.warn("sender did not answer address={} cause={}", address, cause.toString());
  }

  private HttpRequest request(URI address, Call call) {
    Object body = call.body();
    // Of known length: nothing between here and there needs to understand chunks.
    BodyPublisher bytes =
        body == null
            ? BodyPublishers.noBody()
            : BodyPublishers.ofByteArray(json.writeValueAsBytes(body));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "%s/internal/accounts/%s/%s".formatted(address, call.account(), call.path())))
            .header("Authorization", authorization.reveal())
            .method(call.method(), bytes);
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    return request.build();
  }

  private <T> T read(byte[] body, Class<T> type) {
    try {
      return json.readValue(body, type);
    } catch (JacksonException e) {
      // Without the cause, which may quote a token.
      log.error("sender's answer cannot be read as={}", type.getSimpleName());
      throw SenderProblems.unexpected();
    }
  }

  @Override
  public void destroy() {
    http.shutdownNow();
  }

  /**
   * One call.
   *
   * @param path below the account's
   * @param repeatable whether it may be sent again when nobody knows what became of it
   */
  private record Call(
      String method, String account, String path, @Nullable Object body, boolean repeatable) {}

  /** What WeChat said. */
  record Refusal(Integer errcode, @Nullable String errmsg) {
    Refusal {
      Objects.requireNonNull(errcode);
    }
  }

  /** What the sender cannot reach. */
  record Away(@Nullable String error) {}
}
