package io.hongyan.sender.consume;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.Topology;
import io.hongyan.sender.account.SenderAccount;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer per account and lane, made to fit the accounts as they are now: starts those of new
 * and reopened accounts, cancels those of gated and paused ones and of quiet lanes, replaces those
 * whose channel broke or whose prefetch changed. Used by {@link SenderLoop}'s thread only, which
 * never waits here for a queue.
 *
 * <p>A consumer is also replaced when it has lived for a while, however well it looks: one whose
 * queue was deleted and declared again in the same moment belongs to no queue and is not told, and
 * after a change of the queue's leader the broker may take messages for delivered that never came
 * (rabbitmq-server issue 15473), which it gives back when the channel closes.
 *
 * <p>Lanes that cannot consume are tried again on a connection of their own: when RabbitMQ gives up
 * a subscription that a queue without a leader left unanswered, it closes the whole connection.
 */
final class AccountConsumers {

  private static final Logger log = LoggerFactory.getLogger(AccountConsumers.class);
  // A message waits about a minute in a consumer's hands at most, far below the broker's ack
  // timeout of 30.
  private static final int SECONDS_IN_HAND = 60;
  // More than may be in flight: while outcomes are committed and acked, others take their places.
  private static final int ROOM = 8;
  private static final int RENEWALS_A_ROUND = 20;

  private final BrokerConnection broker;
  private final BrokerConnection aside;
  private final MessageListener listener;
  private final Duration renewInterval;
  private final Clock clock;
  private final Map<LaneKey, QueueConsumer> consumers = new HashMap<>();
  private final Map<QueueConsumer, LaneKey> draining = new HashMap<>();
  private final Set<LaneKey> consuming = new HashSet<>();
  private final Set<LaneKey> troubled = new HashSet<>();
  private Set<LaneKey> toRenew = Set.of();

  /**
   * @param aside for lanes that could not consume the last time
   */
  AccountConsumers(
      BrokerConnection broker,
      BrokerConnection aside,
      MessageListener listener,
      Duration renewInterval,
      Clock clock) {
    this.broker = broker;
    this.aside = aside;
    this.listener = listener;
    this.renewInterval = renewInterval;
    this.clock = clock;
  }

  /**
   * Makes the consumers fit the accounts.
   *
   * @throws IOException if the broker is away; what fits already goes on
   */
  void fit(Collection<SenderAccount> accounts) throws IOException {
    draining.keySet().removeIf(QueueConsumer::isClosed);
    toRenew = oldest();
    Set<LaneKey> wanted = new HashSet<>();
    for (SenderAccount account : accounts) {
      for (Lane lane : Lane.values()) {
        if (!account.isOpen(clock.instant(), lane)) {
          continue;
        }
        LaneKey key = new LaneKey(account.id(), lane);
        wanted.add(key);
        fit(key, prefetch(account));
      }
    }
    for (LaneKey key : Set.copyOf(consumers.keySet())) {
      if (!wanted.contains(key)) {
        log.info("no longer consuming account={} lane={}", key.account(), key.lane().priority());
        consuming.remove(key);
        drain(key);
      }
    }
  }

  /**
   * Cancels every consumer and waits for what is in hand; messages not yet started go to other
   * senders.
   */
  void stop(Duration timeout) throws InterruptedException {
    Set.copyOf(consumers.keySet()).forEach(this::drain);
    draining.keySet().forEach(QueueConsumer::stop);
    Instant deadline = clock.instant().plus(timeout);
    for (QueueConsumer consumer : draining.keySet()) {
      Duration left = Duration.between(clock.instant(), deadline);
      if (!consumer.awaitClosed(left.isNegative() ? Duration.ZERO : left)) {
        log.warn("drain timeout, what is in hand goes to other senders drain_timeout={}", timeout);
        return;
      }
    }
  }

  private void fit(LaneKey key, int prefetch) throws IOException {
    QueueConsumer current = consumers.get(key);
    if (current != null) {
      noteChanges(key, current);
      if (current.isUsable() && current.prefetch() == prefetch && !toRenew.contains(key)) {
        return;
      }
    }
    try {
      Channel channel = (troubled.contains(key) ? aside : broker).openChannel();
      drain(key);
      consumers.put(
          key,
          QueueConsumer.start(
              channel,
              Topology.sendQueue(key.account(), key.lane()),
              opened -> Topology.declareLane(opened, key.account(), key.lane()),
              prefetch,
              (delivery, patience) -> listener.handle(delivery, key.lane(), patience)));
    } catch (IOException | AlreadyClosedException e) {
      if (!broker.isOpen()) {
        throw e;
      }
      // More channels than the broker allows, say, must not stop the other accounts; a consumer
      // that is old but well goes on.
      if (current != null && current.isUsable()) {
        toRenew = Set.of();
      } else {
        noteTrouble(key, e);
      }
    }
  }

  /**
   * The oldest of those that are old enough: few a round, for each takes two channels meanwhile;
   * and never while an earlier consumer of the lane still has messages in hand, or their number
   * would grow and grow while the database is away.
   */
  private Set<LaneKey> oldest() {
    record Aged(LaneKey key, Duration age) {}
    return consumers.entrySet().stream()
        .map(consumer -> new Aged(consumer.getKey(), consumer.getValue().age()))
        .filter(aged -> aged.age().compareTo(renewInterval) >= 0)
        .filter(aged -> !draining.containsValue(aged.key()))
        .sorted(Comparator.comparing(Aged::age).reversed())
        .limit(RENEWALS_A_ROUND)
        .map(Aged::key)
        .collect(Collectors.toSet());
  }

  private void noteChanges(LaneKey key, QueueConsumer consumer) {
    if (consumer.isConsuming()) {
      troubled.remove(key);
      if (consuming.add(key)) {
        log.info(
            "consuming account={} lane={} prefetch={}",
            key.account(),
            key.lane().priority(),
            consumer.prefetch());
      }
    } else if (!consumer.isUsable()) {
      consuming.remove(key);
      // A queue with other arguments, say; that all of them fail with the connection is said once.
      if (broker.isOpen()) {
        consumer.failure().ifPresent(failure -> noteTrouble(key, failure));
      }
    }
  }

  private void noteTrouble(LaneKey key, Exception failure) {
    if (troubled.add(key)) {
      log.error(
          "cannot consume, trying again every second account={} lane={}",
          key.account(),
          key.lane().priority(),
          failure);
    }
  }

  /** Takes no new messages on the lane; what is in hand goes on, and {@link #stop} waits for it. */
  private void drain(LaneKey key) {
    QueueConsumer consumer = consumers.remove(key);
    if (consumer != null) {
      consumer.cancel();
      draining.put(consumer, key);
    }
  }

  private int prefetch(SenderAccount account) {
    int roomy = account.maxInFlight() + account.maxInFlight() / 4 + ROOM;
    return account
        .effectiveRate(clock.instant())
        .map(rate -> Math.min(roomy, inHand(rate)))
        .orElse(roomy);
  }

  // In powers of two: a rate that creeps up must not replace the consumer every second.
  private static int inHand(int rate) {
    return (int) Math.min(Integer.MAX_VALUE, Long.highestOneBit((long) rate * SECONDS_IN_HAND));
  }

  private record LaneKey(String account, Lane lane) {}
}
