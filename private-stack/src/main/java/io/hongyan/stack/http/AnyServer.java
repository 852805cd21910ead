package io.hongyan.stack.http;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Several servers that can do the same, any of which may be down: a call goes from one to the next
 * until one answers. Only for calls that may be made twice. Thread-safe.
 */
public final class AnyServer {

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final List<HttpCalls> servers;
  private final AtomicInteger turn = new AtomicInteger();

  private AnyServer(List<HttpCalls> servers) {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("a stack needs at least one server of each kind");
    }
    this.servers = servers;
  }

  /** Servers asked with the user and password of their addresses. */
  public static AnyServer of(List<URI> bases) {
    return new AnyServer(bases.stream().map(HttpCalls::to).toList());
  }

  /** Servers asked with an API key. */
  public static AnyServer of(List<URI> bases, String apiKey) {
    return new AnyServer(bases.stream().map(base -> HttpCalls.to(base, apiKey)).toList());
  }

  /** One of them, the next one with each call. */
  public HttpCalls next() {
    return servers.get(Math.floorMod(turn.getAndIncrement(), servers.size()));
  }

  /**
   * The first answer that is not a 5xx.
   *
   * @param json null for a call without a body
   * @throws UnexpectedAnswerException when none came within the limit
   */
  public Answer call(String method, String path, @Nullable String json, Duration limit) {
    Deadline deadline = Deadline.in(limit);
    for (int asked = 1; ; asked++) {
      String failure;
      try {
        Answer answer = next().call(method, path, json);
        if (!answer.isServersFault()) {
          return answer;
        }
        failure = "%d %s".formatted(answer.status(), answer.text());
      } catch (IOException e) {
        failure = e.toString();
      }
      if (deadline.isOver()) {
        throw new UnexpectedAnswerException(
            "%s %s: no answer from any of %s within %s, the last one gave %s"
                .formatted(method, path, servers, limit, failure));
      }
      // The neighbour is asked at once, a second round waits.
      if (asked % servers.size() == 0) {
        deadline.pause(PAUSE);
      }
    }
  }
}
