package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run through a queue ends, well or badly, whatever becomes of its messages. */
@Timeout(60)
class QueueRunIT {

  private static final String QUEUE = "hongyan.bench.test";
  private static final int PREFETCH = 100;
  private static final TestServers SERVERS = TestServers.get();

  private final Payload payload = new Payload("template");

  @Test
  void takesMoreMessagesThanItsWindowHoldsInSeveralChunks() throws Exception {
    int messages = Progress.WINDOW + 501;
    Set<String> received = ConcurrentHashMap.newKeySet();
    try (QueueRun run =
        open(
            (body, delivery) -> {
              received.add(Payload.read(body).id());
              delivery.done();
            })) {
      run.run(Batch.of(messages));
    }

    assertThat(received).hasSize(messages);
  }

  @Test
  void hasNoMoreInHandThanItsPrefetch() throws Exception {
    AtomicInteger inHand = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (QueueRun run =
        open(
            (body, delivery) -> {
              most.accumulateAndGet(inHand.incrementAndGet(), Math::max);
              Thread.ofVirtual()
                  .start(
                      () -> {
                        inHand.decrementAndGet();
                        delivery.done();
                      });
            })) {
      run.run(Batch.of(1_000));
    }

    assertThat(most.get()).isBetween(1, PREFETCH);
  }

  @Test
  void endsWithTheFirstMessageThatFails() throws Exception {
    try (QueueRun run =
        open((body, delivery) -> delivery.fail(new IOException("WeChat refused")))) {
      assertThatThrownBy(() -> run.run(Batch.of(10_000)))
          .isInstanceOf(PeerFailedException.class)
          .hasMessageContaining("WeChat refused");
    }
  }

  @Test
  void endsIfItsQueueIsDeleted() throws Exception {
    AtomicInteger received = new AtomicInteger();
    try (QueueRun run =
        open(
            (body, delivery) -> {
              if (received.incrementAndGet() == 1) {
                Thread.ofVirtual().start(QueueRunIT::deleteQueue);
              }
            })) {
      assertThatThrownBy(() -> run.run(Batch.of(10_000))).isInstanceOf(PeerFailedException.class);
    }
  }

  private QueueRun open(QueueRun.Receiver receiver) throws Exception {
    return QueueRun.open(SERVERS.rabbitUrl(), QUEUE, PREFETCH, payload, receiver);
  }

  private static void deleteQueue() {
    try {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(SERVERS.rabbitUrl());
      try (Connection connection = factory.newConnection("test")) {
        connection.createChannel().queueDelete(QUEUE);
      }
    } catch (Exception e) {
      throw new IllegalStateException("the test cannot delete its queue", e);
    }
  }
}
