package io.hongyan.sender.consume;

import io.hongyan.common.message.Topology;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the queues that all senders share, consumed for as long as this sender runs. Its consumer
 * is renewed from time to time; for why, see {@link AccountConsumers}. Used by {@link SenderLoop}'s
 * thread only.
 */
final class SharedQueue {

  private static final Logger log = LoggerFactory.getLogger(SharedQueue.class);

  private final BrokerConnection broker;
  private final String name;
  private final int prefetch;
  private final Duration renewInterval;
  private final QueueConsumer.Handler handler;
  private @Nullable QueueConsumer consumer;
  private boolean troubled;

  /**
   * @param name one of those that {@link Topology#declareShared} declares
   * @param prefetch deliveries in hand at most
   */
  SharedQueue(
      BrokerConnection broker,
      String name,
      int prefetch,
      Duration renewInterval,
      QueueConsumer.Handler handler) {
    this.broker = broker;
    this.name = name;
    this.prefetch = prefetch;
    this.renewInterval = renewInterval;
    this.handler = handler;
  }

  /**
   * Consumes, if it does not yet. Begins in the background: a queue without a leader does not
   * answer.
   *
   * @throws IOException if the broker is away
   */
  void ensureConsuming() throws IOException {
    QueueConsumer current = consumer;
    if (current != null) {
      noteChanges(current);
      if (!current.isClosed()) {
        // Once it is old it ends, and the next one comes when it has closed: with the database away
        // it still holds what it has, and a second one would only hold more.
        if (current.age().compareTo(renewInterval) >= 0) {
          current.cancel();
        }
        return;
      }
    }
    consumer =
        QueueConsumer.start(broker.openChannel(), name, Topology::declareShared, prefetch, handler);
  }

  /** Takes no more, and leaves to other senders what is not in hand. */
  void stop() {
    QueueConsumer current = consumer;
    if (current != null) {
      current.stop();
    }
  }

  /** Waits until what is in hand is done; returns whether that came true in time. */
  boolean awaitClosed(Duration timeout) throws InterruptedException {
    QueueConsumer current = consumer;
    return current == null || current.awaitClosed(timeout);
  }

  private void noteChanges(QueueConsumer current) {
    if (current.isConsuming()) {
      troubled = false;
    } else if (!troubled && broker.isOpen()) {
      current
          .failure()
          .ifPresent(
              failure -> {
                log.error("cannot consume, trying again every second queue={}", name, failure);
                troubled = true;
              });
    }
  }
}
