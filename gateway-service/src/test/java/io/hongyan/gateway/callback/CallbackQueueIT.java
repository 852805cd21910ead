package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.broker.BrokerAddress;
import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.callback.InboundRecord;
import io.hongyan.common.message.Topology;
import io.hongyan.common.message.UnreadableMessageException;
import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What WeChat says on its way to the broker, which goes away, falls silent and loses a queue. */
class CallbackQueueIT {

  private static final String ACCOUNT = "callback-queue-it";
  private static final Instant AT = Instant.parse("2026-11-22T08:00:00Z");

  private final Set<Long> receipts = ConcurrentHashMap.newKeySet();
  private final Set<Long> records = ConcurrentHashMap.newKeySet();
  private FaultyProxy proxy;
  private CallbackQueue queue;
  private Connection direct;
  private Channel consuming;

  @BeforeEach
  void start() throws Exception {
    URI broker = URI.create(TestServers.get().rabbitUrl());
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker);
    direct = factory.newConnection("callback queue test");
    consuming = direct.createChannel();
    proxy = new FaultyProxy(broker.getHost(), broker.getPort());
    queue =
        new CallbackQueue(
            BrokerAddress.parse(proxy.insteadOf(broker))
                .connectionFactory(
                    Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(10)),
            // Longer than a connection is made again, also on a busy machine, and shorter than a
            // silent one is kept.
            new CallbackQueueProperties(Duration.ofSeconds(3)));
    queue.start();
    awaitConnected();
    consume();
  }

  @AfterEach
  void stop() throws Exception {
    proxy.restore();
    queue.stop();
    proxy.close();
    direct.close();
  }

  @Test
  void whatIsConfirmedIsInItsQueue() throws Exception {
    queue.publish(receipt(1)).get(5, TimeUnit.SECONDS);
    queue.publish(record(2)).get(5, TimeUnit.SECONDS);

    await()
        .untilAsserted(
            () -> {
              assertThat(receipts).containsExactly(1L);
              assertThat(records).containsExactly(2L);
            });
  }

  @Test
  void manyCallersAtOnceAllGetTheirConfirm() throws Exception {
    int callers = 2_000;
    List<CompletableFuture<Void>> published = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<java.util.concurrent.Future<CompletableFuture<Void>>> calls =
          IntStream.range(0, callers)
              .mapToObj(n -> threads.submit(() -> queue.publish(receipt(n))))
              .toList();
      for (var call : calls) {
        published.add(call.get());
      }
    }

    CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    await().untilAsserted(() -> assertThat(receipts).hasSize(callers));
  }

  @Test
  void aReceiptWaitsForTheBrokerForItsTimeoutOnlyAndARecordIsKept() throws Exception {
    proxy.cut();
    await().until(() -> !queue.isConnected());

    CompletableFuture<Void> receipt = queue.publish(receipt(1));
    CompletableFuture<Void> kept = queue.publish(record(2));
    assertThat(kept).isNotDone();
    assertThat(receipt)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(TimeoutException.class);
    proxy.restore();

    kept.get(30, TimeUnit.SECONDS);
    await().untilAsserted(() -> assertThat(records).containsExactly(2L));
    assertThat(receipts).isEmpty();
  }

  @Test
  void aReceiptOutlivesAConnectionThatIsMadeAgain() throws Exception {
    proxy.reset();
    // Or it may be connected again before anybody looks.
    proxy.cut();
    await().until(() -> !queue.isConnected());

    CompletableFuture<Void> receipt = queue.publish(receipt(1));
    proxy.restore();

    receipt.get(30, TimeUnit.SECONDS);
    await().untilAsserted(() -> assertThat(receipts).containsExactly(1L));
  }

  @Test
  void aSilentBrokerHoldsAReceiptForItsTimeoutOnlyAndLosesNoRecord() throws Exception {
    proxy.stall();

    CompletableFuture<Void> kept = queue.publish(record(2));
    CompletableFuture<Void> receipt = queue.publish(receipt(1));

    assertThat(receipt)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(TimeoutException.class);
    proxy.restore();
    kept.get(30, TimeUnit.SECONDS);
    await().untilAsserted(() -> assertThat(records).containsExactly(2L));
  }

  @Test
  void whatWasUnderWayWhenTheConnectionBrokeIsSentAgain() throws Exception {
    List<CompletableFuture<Void>> kept = new ArrayList<>();
    for (int n = 0; n < 500; n++) {
      kept.add(queue.publish(record(n)));
      if (n % 100 == 50) {
        proxy.reset();
      }
    }

    CompletableFuture.allOf(kept.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    await().untilAsserted(() -> assertThat(records).hasSize(500));
  }

  @Test
  void aDeletedQueueIsDeclaredAnew() throws Exception {
    consuming.queueDelete(Topology.CALLBACKS);

    queue.publish(record(2)).get(30, TimeUnit.SECONDS);

    consume();
    await().untilAsserted(() -> assertThat(records).containsExactly(2L));
  }

  @Test
  void noMoreIsKeptThanThereIsRoomFor() throws Exception {
    proxy.cut();
    await().until(() -> !queue.isConnected());
    List<CompletableFuture<Void>> kept =
        IntStream.range(0, CallbackQueue.ROOM).mapToObj(n -> queue.publish(record(n))).toList();

    assertThat(kept).noneMatch(CompletableFuture::isDone);
    assertThat(queue.publish(record(-1))).isCompletedExceptionally();

    proxy.restore();
    CompletableFuture.allOf(kept.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    queue.publish(record(-2)).get(5, TimeUnit.SECONDS);
  }

  @Test
  void whatIsKeptWhenTheGatewayStopsFails() {
    proxy.cut();
    await().until(() -> !queue.isConnected());
    CompletableFuture<Void> kept = queue.publish(record(1));

    queue.stop();

    assertThat(kept).isCompletedExceptionally();
    assertThat(queue.publish(record(2))).isCompletedExceptionally();
  }

  private void awaitConnected() {
    await().atMost(Duration.ofSeconds(10)).until(queue::isConnected);
  }

  private void consume() throws Exception {
    CancelCallback ignored = tag -> {};
    consuming.basicConsume(
        Topology.RECEIPTS, true, (tag, message) -> note(message.getBody(), true), ignored);
    consuming.basicConsume(
        Topology.CALLBACKS, true, (tag, message) -> note(message.getBody(), false), ignored);
  }

  private void note(byte[] body, boolean receipt) {
    try {
      if (receipt) {
        DeliveryReceipt read = DeliveryReceipt.decode(body);
        if (read.account().equals(ACCOUNT)) {
          receipts.add(read.id());
        }
      } else {
        InboundRecord read = InboundRecord.decode(body);
        if (read.account().equals(ACCOUNT)) {
          records.add(read.id());
        }
      }
    } catch (UnreadableMessageException e) {
      throw new IllegalStateException("published something else", e);
    }
  }

  private static DeliveryReceipt receipt(long id) {
    return new DeliveryReceipt(id, AT, ACCOUNT, "oA", 7, "success", AT);
  }

  private static InboundRecord record(long id) {
    return new InboundRecord(
        id,
        AT,
        ACCOUNT,
        "oA",
        "text",
        null,
        null,
        3L,
        AT,
        "<xml/>",
        "none",
        null,
        "nothing",
        1,
        "gateway-1");
  }
}
