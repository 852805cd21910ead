package io.hongyan.stack.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * HTTP to one server of the stack, JSON in and out. Never retries; every method throws IOException
 * when no complete answer came, in which case the server may still have done what it was told.
 * Thread-safe.
 */
public final class HttpCalls {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(40);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

  /** One for all: a client has threads of its own, and a suite calls many short-lived servers. */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();

  private final URI base;
  private final @Nullable String authorization;

  private HttpCalls(URI base, @Nullable String authorization) {
    this.base = base;
    this.authorization = authorization;
  }

  /** Calls with the user and password of the address, if it has them. */
  public static HttpCalls to(URI base) {
    String user = base.getUserInfo();
    return new HttpCalls(
        URI.create("%s://%s:%d".formatted(base.getScheme(), base.getHost(), base.getPort())),
        user == null
            ? null
            : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
  }

  /** Calls with an API key. */
  public static HttpCalls to(URI base, String apiKey) {
    return new HttpCalls(base, "Bearer " + apiKey);
  }

  public Answer get(String path) throws IOException {
    return call("GET", path, null);
  }

  /**
   * Sends JSON, or nothing.
   *
   * @param json null for a call without a body
   */
  public Answer call(String method, String path, @Nullable String json) throws IOException {
    HttpRequest.Builder request = request(path);
    if (json == null) {
      return send(request.method(method, BodyPublishers.noBody()));
    }
    return send(
        request
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json)));
  }

  /** A request for {@link #send}, with address, authorization and a limit of 40 s. */
  public HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(ANSWER_LIMIT);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request;
  }

  /** Throws InterruptedIOException, with the interrupt flag set, when the thread is interrupted. */
  public Answer send(HttpRequest.Builder request) throws IOException {
    try {
      return Answer.of(CLIENT.send(request.build(), BodyHandlers.ofString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while asking " + base);
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /** The server's address, without user and password. */
  public URI address() {
    return base;
  }

  /** The address, without user and password. */
  @Override
  public String toString() {
    return base.toString();
  }
}
