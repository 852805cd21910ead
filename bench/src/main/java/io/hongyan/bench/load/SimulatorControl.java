package io.hongyan.bench.load;

import io.hongyan.stack.http.Answer;
import io.hongyan.stack.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The simulated WeChat: how fast it answers, and what it has taken. */
public final class SimulatorControl {

  private final HttpCalls http;

  public SimulatorControl(URI simulator) {
    this.http = HttpCalls.to(simulator);
  }

  /** Forgets messages and counts, so that its memory does not grow with the rounds; tokens stay. */
  public void reset(Duration latency) {
    call("POST", "/_sim/reset", null);
    call(
        "PUT",
        "/_sim/settings",
        "{\"latencyMs\":%d,\"jitterMs\":0,\"dailyLimit\":100000000}".formatted(latency.toMillis()));
  }

  /** Different messages accepted since the reset. */
  public int accepted() {
    JsonNode stats = call("GET", "/_sim/stats", null).json();
    if (stats.get("repeated").asInt() > 0) {
      throw new IllegalStateException("a message was accepted twice: " + stats);
    }
    return stats.get("accepted").asInt();
  }

  /** A page of accepted messages after so many, as the simulator writes it. */
  public JsonNode messages(int after) {
    return call("GET", "/_sim/messages?limit=10000&after=" + after, null).json();
  }

  private Answer call(String method, String path, @Nullable String json) {
    try {
      return http.call(method, path, json).expectingSuccess();
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator does not answer", e);
    }
  }
}
