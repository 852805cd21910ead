package io.hongyan.chaos.audit;

import io.hongyan.chaos.stack.Addresses;
import io.hongyan.stack.http.AnyServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** What the simulator says it accepted. Public for those who measure how long a message took. */
public final class AcceptedMessages {

  private static final int PAGE = 10_000;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final AnyServer simulator;

  public AcceptedMessages(Addresses addresses) {
    this.simulator = AnyServer.of(List.of(addresses.simulator()));
  }

  /**
   * Hands over every accepted message in order, a page at a time.
   *
   * @param after how many to leave out
   */
  public void forEach(int after, Consumer<Accepted> consumer) {
    int from = after;
    JsonNode next;
    do {
      JsonNode page = get("/_sim/messages?limit=%d&after=%d".formatted(PAGE, from));
      for (JsonNode message : page.get("messages")) {
        consumer.accept(
            new Accepted(
                message.path("clientMsgId").asString(""),
                message.get("appid").stringValue(),
                message.get("openid").stringValue(),
                message.at("/data/thing1/value").asString(""),
                Instant.ofEpochMilli(message.get("at").asLong())));
      }
      next = page.get("next");
      from = next.asInt(0);
    } while (!next.isNull());
  }

  Counts counts() {
    JsonNode stats = get("/_sim/stats");
    return new Counts(
        stats.get("accepted").asInt(),
        stats.get("repeated").asLong(),
        stats.get("suppressed").asLong());
  }

  private JsonNode get(String path) {
    return simulator.call("GET", path, null, LIMIT).expectingSuccess().json();
  }

  /**
   * A message that the simulator took.
   *
   * @param clientMsgId empty if it had none
   * @param thing content of the field {@code thing1}, which names the recipient
   * @param at by this machine's clock
   */
  public record Accepted(
      String clientMsgId, String appId, String openid, String thing, Instant at) {}

  /** Since the simulator's reset. */
  record Counts(int accepted, long repeated, long suppressed) {}
}
