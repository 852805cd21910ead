package io.hongyan.sender;

import io.hongyan.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A simulator on a free port, and its controls. */
public final class SimulatedWeChat implements AutoCloseable {

  private final HttpClient http = HttpClient.newHttpClient();
  private final WeChatSimulator simulator;

  /** Starts one. */
  public SimulatedWeChat(Clock clock) {
    try {
      simulator = WeChatSimulator.start("127.0.0.1", 0, clock);
    } catch (BindException e) {
      throw new IllegalStateException("no port for the simulator", e);
    }
  }

  /** Where it listens. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + simulator.port());
  }

  /**
   * Makes or replaces an account with the secret of {@link Samples}; {@code rest} = more fields.
   */
  public void putAccount(String appId, String rest) {
    call(
        "PUT",
        "/_sim/accounts/" + appId,
        "{\"secret\":\"%s\"%s}".formatted(Samples.SECRET, rest.isEmpty() ? "" : "," + rest));
  }

  /** Changes settings. */
  public void settings(String json) {
    call("PUT", "/_sim/settings", json);
  }

  /** Lets that path fail for the account from now on, so many times. */
  public void fault(String appId, String path, int times, String fault) {
    call(
        "POST",
        "/_sim/faults",
        """
        [{"path":"%s","appid":"%s","after":0,"times":%d,"fault":%s}]"""
            .formatted(path, appId, times, fault));
  }

  /** Faults are over. */
  public void clearFaults() {
    call("DELETE", "/_sim/faults", "");
  }

  /** Answered calls of that path, all accounts together. */
  public int calls(String path) {
    return call("GET", "/_sim/stats", "").path("calls").path(path).asInt(0);
  }

  /** Token calls answered for the account. */
  public int tokenFetches(String appId) {
    return call("GET", "/_sim/stats", "").path("tokenFetches").path(appId).asInt(0);
  }

  /** Any call; what it answered. */
  public JsonNode call(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(address().resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(30))
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new IllegalStateException(path + " refused: " + response.body());
      }
      return response.body().isEmpty()
          ? JsonMapper.shared().createObjectNode()
          : JsonMapper.shared().readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException("no answer from " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    simulator.close();
    http.close();
  }
}
