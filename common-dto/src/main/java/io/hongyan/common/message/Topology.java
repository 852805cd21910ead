package io.hongyan.common.message;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names and declarations of the exchanges and queues between gateway and sender. Declaring is
 * idempotent; both services do it, so that neither has to start first.
 */
public final class Topology {

  /** Direct exchange for work; the routing key is {@link #sendKey}. */
  public static final String SEND_EXCHANGE = "hongyan.send";

  /** Fanout exchange and queue for what cannot be read, routed or survived. */
  public static final String DEAD = "hongyan.dead";

  /** Fanout exchange that tells every running instance what changed; see {@link ConfigEvent}. */
  public static final String CONFIG_EXCHANGE = "hongyan.config";

  /** Queue of delivery receipts: {@link io.hongyan.common.callback.DeliveryReceipt}. */
  public static final String RECEIPTS = "hongyan.receipts";

  /** Queue of followers' messages and events: {@link io.hongyan.common.callback.InboundRecord}. */
  public static final String CALLBACKS = "hongyan.callbacks";

  /**
   * Queue of people who show up in the company's app, for the in-app inbox: {@code {"uid":"…"}}.
   * Bounded; the oldest are dropped, since a person's next one makes up for it.
   */
  public static final String USER_ACTIVE = "hongyan.user-active";

  /** Header on a message in {@link #DEAD} that says why it is there. */
  public static final String REASON_HEADER = "x-hongyan-reason";

  /** Number of waiting queues; the last one is also where messages are parked. */
  public static final int RETRY_LEVELS = 3;

  // A poison message kills a sender a few times at most; a broker restart redelivers too, so not
  // too few.
  private static final int DELIVERY_LIMIT = 50;

  // RabbitMQ 4 drops a message after 20 deliveries unless told otherwise; here it must never.
  private static final int NO_DELIVERY_LIMIT = 1_000_000_000;

  private static final int USER_ACTIVE_LENGTH = 100_000;

  private Topology() {}

  /** Routing key of an account's lane in {@link #SEND_EXCHANGE}. */
  public static String sendKey(String account, Lane lane) {
    return lane == Lane.URGENT ? account + ".urgent" : account;
  }

  /** Queue of an account's lane. */
  public static String sendQueue(String account, Lane lane) {
    return SEND_EXCHANGE + "." + sendKey(account, lane);
  }

  /** Exchange and queue where a message waits before it goes back to its lane; level is 1 to 3. */
  public static String retry(int level) {
    return "hongyan.retry." + level;
  }

  /**
   * Declares the exchanges and queues that do not depend on an account.
   *
   * @throws IOException if the broker is away, or holds one of that name with other arguments
   */
  public static void declareShared(Channel channel) throws IOException {
    channel.exchangeDeclare(DEAD, BuiltinExchangeType.FANOUT, true);
    channel.queueDeclare(
        DEAD,
        true,
        false,
        false,
        Map.of("x-queue-type", "quorum", "x-delivery-limit", NO_DELIVERY_LIMIT));
    channel.queueBind(DEAD, DEAD, "");
    channel.exchangeDeclare(
        SEND_EXCHANGE, BuiltinExchangeType.DIRECT, true, false, Map.of("alternate-exchange", DEAD));
    channel.exchangeDeclare(CONFIG_EXCHANGE, BuiltinExchangeType.FANOUT, true);
    for (String queue : List.of(RECEIPTS, CALLBACKS)) {
      channel.queueDeclare(
          queue,
          true,
          false,
          false,
          safeDeadLettering(DEAD, Map.of("x-delivery-limit", DELIVERY_LIMIT)));
    }
    channel.queueDeclare(
        USER_ACTIVE,
        true,
        false,
        false,
        Map.of(
            "x-queue-type",
            "quorum",
            "x-max-length",
            USER_ACTIVE_LENGTH,
            "x-overflow",
            "drop-head",
            "x-delivery-limit",
            DELIVERY_LIMIT));
  }

  /**
   * Declares the waiting queues; only the sender uses them, so only it needs their delays.
   *
   * @param delays how long a message waits at level 1, 2 and 3
   * @throws IOException if the broker is away, or holds such a queue with another delay: a changed
   *     delay needs the old queue, empty, deleted first
   */
  public static void declareRetries(Channel channel, List<Duration> delays) throws IOException {
    if (delays.size() != RETRY_LEVELS) {
      throw new IllegalArgumentException(
          "hongyan.retry.delays needs %d values, got %s".formatted(RETRY_LEVELS, delays));
    }
    for (int level = 1; level <= RETRY_LEVELS; level++) {
      String name = retry(level);
      long ttl = delays.get(level - 1).toMillis();
      channel.exchangeDeclare(name, BuiltinExchangeType.FANOUT, true);
      channel.queueDeclare(
          name,
          true,
          false,
          false,
          safeDeadLettering(
              SEND_EXCHANGE, Map.of("x-message-ttl", ttl, "x-delivery-limit", NO_DELIVERY_LIMIT)));
      channel.queueBind(name, name, "");
    }
  }

  /** Declares both lanes of an account. */
  public static void declareAccount(Channel channel, String account) throws IOException {
    for (Lane lane : Lane.values()) {
      declareLane(channel, account, lane);
    }
  }

  /**
   * Declares one lane of an account. Two connections, or channels, that declare a new one in the
   * same moment may cost one of them its connection (INTERNAL_ERROR, seen on RabbitMQ 3.10).
   */
  public static void declareLane(Channel channel, String account, Lane lane) throws IOException {
    String queue = sendQueue(account, lane);
    channel.queueDeclare(
        queue,
        true,
        false,
        false,
        safeDeadLettering(DEAD, Map.of("x-delivery-limit", DELIVERY_LIMIT)));
    channel.queueBind(queue, SEND_EXCHANGE, sendKey(account, lane));
  }

  // At-least-once dead-lettering keeps a message until its target has confirmed it; it needs
  // reject-publish.
  private static Map<String, Object> safeDeadLettering(String exchange, Map<String, Object> more) {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("x-queue-type", "quorum");
    arguments.put("x-dead-letter-exchange", exchange);
    arguments.put("x-dead-letter-strategy", "at-least-once");
    arguments.put("x-overflow", "reject-publish");
    return arguments;
  }
}
