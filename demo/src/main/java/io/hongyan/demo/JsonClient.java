package io.hongyan.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls one server with JSON in and out; what goes wrong becomes a line that names the server. */
final class JsonClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  // An upload of the whole demo file ends well before.
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private final String server;
  private final URI base;
  private final Optional<String> authorization;
  private final HttpClient http;
  private final JsonMapper json = new JsonMapper();

  /**
   * @param server what to call it in messages, such as "the gateway"
   * @param base its address; user and password in it are sent as basic authentication
   * @param key sent as a bearer token
   */
  JsonClient(String server, URI base, Optional<String> key) {
    this.server = server;
    this.base = withoutUser(base);
    this.authorization = key.map(k -> "Bearer " + k).or(() -> basic(base));
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  JsonNode get(String path) {
    return answered(request(path).GET());
  }

  /** Whether a GET finds something; any other refusal than 404 is a failure. */
  boolean exists(String path) {
    HttpResponse<String> response = send(request(path).GET());
    if (response.statusCode() == 404) {
      return false;
    }
    accepted("GET " + path, response);
    return true;
  }

  void put(String path, Object body) {
    answered(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json.writeValueAsString(body))));
  }

  void put(String path) {
    answered(request(path).PUT(BodyPublishers.noBody()));
  }

  void delete(String path) {
    answered(request(path).DELETE());
  }

  /** Posts a file as CSV; may be repeated with the same key, which then gives the first answer. */
  JsonNode postCsv(String path, Path file, String idempotencyKey) {
    BodyPublisher body;
    try {
      body = BodyPublishers.ofFile(file);
    } catch (FileNotFoundException e) {
      throw new DemoFailure("cannot read " + file + "; delete it to have it made again", e);
    }
    return answered(
        request(path)
            .header("Content-Type", "text/csv; charset=utf-8")
            .header("Idempotency-Key", idempotencyKey)
            .POST(body));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path)).timeout(ANSWER_TIMEOUT);
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private JsonNode answered(HttpRequest.Builder request) {
    HttpRequest built = request.build();
    String call = built.method() + " " + built.uri().getPath();
    return accepted(call, send(request));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new DemoFailure(
          "%s at %s does not answer (%s)".formatted(server, base, e.getClass().getSimpleName()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("interrupted while asking " + server, e);
    }
  }

  private JsonNode accepted(String call, HttpResponse<String> response) {
    if (response.statusCode() >= 300) {
      throw new DemoFailure(
          "%s refused %s: HTTP %d %s"
              .formatted(server, call, response.statusCode(), reason(response.body())));
    }
    if (response.body().isEmpty()) {
      return json.createObjectNode();
    }
    try {
      return json.readTree(response.body());
    } catch (JacksonException e) {
      throw new DemoFailure(
          "%s answered %s with something that is no JSON".formatted(server, call), e);
    }
  }

  /** The detail of a problem document, or the answer as it is. */
  private String reason(String body) {
    try {
      JsonNode problem = json.readTree(body);
      return problem.path("detail").asString(problem.path("title").asString(body));
    } catch (JacksonException e) {
      // Not a problem document: a proxy's page, say. Its beginning has to do.
      return body.substring(0, Math.min(body.length(), 200)).replace('\n', ' ');
    }
  }

  private static URI withoutUser(URI base) {
    return URI.create("%s://%s:%d".formatted(base.getScheme(), base.getHost(), base.getPort()));
  }

  private static Optional<String> basic(URI base) {
    return Optional.ofNullable(base.getUserInfo())
        .map(user -> user.getBytes(StandardCharsets.UTF_8))
        .map(user -> "Basic " + Base64.getEncoder().encodeToString(user));
  }
}
