package io.hongyan.sender;

import io.hongyan.common.message.MessageId;
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

  private static final String SEND = "/cgi-bin/message/template/send";

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
    putAccount(appId, Samples.SECRET, rest);
  }

  /** The same with another secret. */
  public void putAccount(String appId, String secret, String rest) {
    call(
        "PUT",
        "/_sim/accounts/" + appId,
        "{\"secret\":\"%s\"%s}".formatted(secret, rest.isEmpty() ? "" : "," + rest));
  }

  /** Another program makes WeChat retire the account's token. */
  public void retireToken(String appId) {
    call(
        "POST",
        "/cgi-bin/stable_token",
        """
        {"grant_type":"client_credential","appid":"%s","secret":"%s","force_refresh":true}"""
            .formatted(appId, Samples.SECRET));
  }

  /** Changes settings. */
  public void settings(String json) {
    call("PUT", "/_sim/settings", json);
  }

  /** Lets that path fail for the account from now on, so many times. */
  public void fault(String appId, String path, int times, String fault) {
    fault(appId, path, 0, times, fault);
  }

  /** The same for the account's sends, after so many that are answered as usual. */
  public void failSends(String appId, int after, int times, String fault) {
    fault(appId, SEND, after, times, fault);
  }

  private void fault(String appId, String path, int after, int times, String fault) {
    call(
        "POST",
        "/_sim/faults",
        """
        [{"path":"%s","appid":"%s","after":%d,"times":%d,"fault":%s}]"""
            .formatted(path, appId, after, times, fault));
  }

  /** Faults are over. */
  public void clearFaults() {
    call("DELETE", "/_sim/faults", "");
  }

  /** Answered calls of that path, all accounts together. */
  public int calls(String path) {
    return stats().path("calls").path(path).asInt(0);
  }

  /** Token calls answered for the account. */
  public int tokenFetches(String appId) {
    return stats().path("tokenFetches").path(appId).asInt(0);
  }

  /** Sends refused with that errcode, all accounts together. */
  public int rejected(int errcode) {
    return stats().path("rejected").path(String.valueOf(errcode)).asInt(0);
  }

  /** Sends that were a repetition of an accepted one, all accounts together. */
  public int suppressed() {
    return stats().get("suppressed").intValue();
  }

  private JsonNode stats() {
    return call("GET", "/_sim/stats", "");
  }

  /** How often this message was accepted. */
  public int accepted(MessageId id) {
    return call("GET", "/_sim/messages?clientMsgId=" + id, "").get("messages").size();
  }

  /** When it was accepted, in epoch milliseconds. */
  public long acceptedAt(MessageId id) {
    return call("GET", "/_sim/messages?clientMsgId=" + id, "").at("/messages/0/at").asLong();
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
