package io.hongyan.chaos.audit;

import io.hongyan.chaos.stack.Addresses;
import io.hongyan.stack.http.AnyServer;
import io.hongyan.stack.http.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * How much is left in RabbitMQ's queues, as the management API of any live node counts it: a few
 * seconds late. Public for the soak, which watches the depths over time.
 */
public final class QueueDepths {

  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

  private final AnyServer managements;

  public QueueDepths(Addresses addresses) {
    this.managements = AnyServer.of(addresses.managements());
  }

  /**
   * Queues that hold messages, ready or unacked, after waiting for them to become empty and to be
   * seen so twice in a row.
   *
   * @param limit how long they may take; the second look may come later
   * @param quiet time between the two looks
   */
  Map<String, Integer> awaitEmpty(Duration limit, Duration quiet) {
    Deadline deadline = Deadline.in(limit);
    while (true) {
      Map<String, Integer> left = fetch();
      if (left.isEmpty()) {
        Deadline.pass(quiet);
        left = fetch();
        if (left.isEmpty()) {
          return left;
        }
      }
      if (deadline.isOver()) {
        return left;
      }
      deadline.pause(POLL);
    }
  }

  /** Queues that hold messages, ready or unacked. One whose count is not known counts as 1. */
  public Map<String, Integer> fetch() {
    Map<String, Integer> depths = new TreeMap<>();
    JsonNode queues =
        managements
            .call("GET", "/api/queues/%2F?columns=name,messages", null, ANSWER_LIMIT)
            .expectingSuccess()
            .json();
    for (JsonNode queue : queues) {
      int messages = queue.path("messages").asInt(1);
      if (messages > 0) {
        depths.put(queue.get("name").stringValue(), messages);
      }
    }
    return depths;
  }
}
