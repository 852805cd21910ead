package io.hongyan.e2e;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The gateway's HTTP API as an internal system uses it, with one API key. */
final class GatewayClient {

  static final String ADMIN_KEY = "test-admin-key";

  private final HttpCalls http;
  private final URI base;
  private final String key;

  GatewayClient(URI base, String key) {
    this.http = new HttpCalls(base);
    this.base = base;
    this.key = key;
  }

  /** The same gateway, called with another key. */
  GatewayClient as(String otherKey) {
    return new GatewayClient(base, otherKey);
  }

  HttpCalls.Answer call(String method, String path, @Nullable String json) {
    return http.send(
        request(path)
            .header("Content-Type", "application/json")
            .method(
                method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json)));
  }

  /** Submits recipients of the account as CSV. */
  HttpCalls.Answer submitCsv(String account, String csv) {
    return http.send(
        csvRequest(account, UUID.randomUUID().toString(), BodyPublishers.ofString(csv)));
  }

  /** A CSV submit to be sent with {@link #send}; the body may be slow. */
  HttpRequest.Builder csvRequest(
      String account, String idempotencyKey, HttpRequest.BodyPublisher body) {
    return request("/v1/batches?template=%s&account=%s".formatted(TestAccount.TEMPLATE, account))
        .header("Content-Type", "text/csv")
        .header("Idempotency-Key", idempotencyKey)
        .POST(body);
  }

  HttpCalls.Answer send(HttpRequest.Builder request) {
    return http.send(request);
  }

  /** Submits one urgent message. */
  HttpCalls.Answer submitUrgent(String account, String openid) {
    return call(
        "POST",
        "/v1/batches",
        """
        {"account":"%s","template":"%s","priority":"urgent",
         "recipients":[{"openid":"%s","data":{"thing1":"now","character_string2":"1"}}]}
        """
            .formatted(account, TestAccount.TEMPLATE, openid));
  }

  private HttpRequest.Builder request(String path) {
    return http.request(path).header("Authorization", "Bearer " + key);
  }
}
