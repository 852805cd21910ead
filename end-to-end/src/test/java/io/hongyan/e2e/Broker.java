package io.hongyan.e2e;

import static org.awaitility.Awaitility.await;

import io.hongyan.test.TestServers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** RabbitMQ's queues, as its management API counts them: a few seconds late. */
final class Broker {

  // The management API's counts are up to 5 s old.
  private static final Duration COUNT_LIMIT = Duration.ofSeconds(20);

  private final HttpCalls http;
  private final String credentials;
  private final String virtualHost;

  Broker(TestServers servers) {
    URI management = URI.create(servers.managementUrl());
    this.http =
        new HttpCalls(URI.create("http://" + management.getHost() + ":" + management.getPort()));
    this.credentials =
        Base64.getEncoder()
            .encodeToString(
                String.valueOf(management.getUserInfo()).getBytes(StandardCharsets.UTF_8));
    this.virtualHost = URI.create(servers.rabbitUrl()).getPath().substring(1);
  }

  /** Waits until no queue holds a message, ready or unacked. */
  void awaitEmpty() {
    await("empty queues")
        .atMost(COUNT_LIMIT)
        .pollInterval(Duration.ofMillis(250))
        .until(this::nonEmptyQueues, Map::isEmpty);
  }

  private Map<String, Integer> nonEmptyQueues() {
    Map<String, Integer> counts = new TreeMap<>();
    HttpCalls.Answer answer =
        http.send(
            http.request("/api/queues/" + virtualHost)
                .header("Authorization", "Basic " + credentials));
    for (JsonNode queue : answer.expecting(200).json()) {
      // A queue that was never looked at has no count yet.
      int messages = queue.path("messages").asInt(1);
      if (messages > 0) {
        counts.put(queue.get("name").stringValue(), messages);
      }
    }
    return counts;
  }
}
