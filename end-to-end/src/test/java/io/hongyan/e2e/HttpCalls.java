package io.hongyan.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** HTTP to one server, JSON in and out. Throws UncheckedIOException when it does not answer. */
final class HttpCalls {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(40);
  private static final JsonMapper JSON = new JsonMapper();

  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  HttpCalls(URI base) {
    this.base = base;
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  /**
   * @param json null for a call without a body
   */
  Answer call(String method, String path, @Nullable String json) {
    return send(
        request(path)
            .method(
                method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json)));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(ANSWER_LIMIT);
  }

  Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(client.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException("no answer from " + base, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + base, e);
    }
  }

  /** What a server answered. */
  record Answer(HttpResponse<String> response) {

    int status() {
      return response.statusCode();
    }

    String text() {
      return response.body();
    }

    JsonNode json() {
      return JSON.readTree(response.body());
    }

    Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    /** This answer, if it has the status; else a failure that shows the body. */
    Answer expecting(int status) {
      require(status() == status, Integer.toString(status));
      return this;
    }

    /** This answer, if the server did as it was told; else a failure that shows the body. */
    Answer expectingSuccess() {
      require(status() / 100 == 2, "2xx");
      return this;
    }

    private void require(boolean fact, String wanted) {
      if (!fact) {
        throw new AssertionError(
            "%s %s answered %d, not %s: %s"
                .formatted(response.request().method(), response.uri(), status(), wanted, text()));
      }
    }
  }
}
