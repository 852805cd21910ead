package io.hongyan.sender.consume;

import io.hongyan.common.message.Lane;
import io.hongyan.sender.account.SenderAccount;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer per account and lane, made to fit the accounts as they are now: starts those of new
 * and reopened accounts, cancels those of gated and paused ones, replaces those whose channel broke
 * or whose prefetch changed. Used by {@link SenderLoop}'s thread only.
 */
final class AccountConsumers {

  private static final Logger log = LoggerFactory.getLogger(AccountConsumers.class);
  // A message waits about a minute in a consumer's hands at most, far below the broker's ack
  // timeout of 30.
  private static final int SECONDS_IN_HAND = 60;

  private final BrokerConnection broker;
  private final MessageListener listener;
  private final Clock clock;
  private final Map<LaneKey, LaneConsumer> consumers = new HashMap<>();

  AccountConsumers(BrokerConnection broker, MessageListener listener, Clock clock) {
    this.broker = broker;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Makes the consumers fit the accounts.
   *
   * @throws IOException if the broker is away; what fits already goes on
   */
  void fit(Collection<SenderAccount> accounts) throws IOException {
    Set<LaneKey> wanted = new HashSet<>();
    for (SenderAccount account : accounts) {
      if (!account.isOpen(clock.instant())) {
        continue;
      }
      for (Lane lane : Lane.values()) {
        LaneKey key = new LaneKey(account.id(), lane);
        wanted.add(key);
        fit(key, prefetch(account));
      }
    }
    consumers.forEach(
        (key, consumer) -> {
          if (!wanted.contains(key)) {
            consumer.cancel();
          }
        });
    consumers.values().removeIf(consumer -> !consumer.isConsuming());
  }

  /**
   * Cancels every consumer and waits for what is in hand; messages not yet started go to other
   * senders.
   */
  void stop(Duration timeout) throws InterruptedException {
    consumers.values().forEach(LaneConsumer::stop);
    Instant deadline = clock.instant().plus(timeout);
    for (LaneConsumer consumer : consumers.values()) {
      Duration left = Duration.between(clock.instant(), deadline);
      if (!consumer.awaitClosed(left.isNegative() ? Duration.ZERO : left)) {
        log.warn("drain timeout, what is in hand goes to other senders drain_timeout={}", timeout);
        return;
      }
    }
  }

  private void fit(LaneKey key, int prefetch) throws IOException {
    LaneConsumer current = consumers.get(key);
    if (current != null && current.isConsuming() && current.prefetch() == prefetch) {
      return;
    }
    if (current != null) {
      current.cancel();
    }
    consumers.put(
        key,
        LaneConsumer.start(broker.openChannel(), listener, key.account(), key.lane(), prefetch));
  }

  private int prefetch(SenderAccount account) {
    long inAMinute =
        account
            .effectiveRate(clock.instant())
            .map(rate -> (long) rate * SECONDS_IN_HAND)
            .orElse(Long.MAX_VALUE);
    return (int) Math.min(account.maxInFlight(), inAMinute);
  }

  private record LaneKey(String account, Lane lane) {}
}
