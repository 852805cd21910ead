package io.hongyan.sender.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessageCodec;
import io.hongyan.common.message.Topology;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what goes back to the broker, to the waiting queues or to {@code hongyan.dead}, and
 * waits for its confirm: only then may the delivery it came from be acked. Thread-safe.
 */
final class MessageReturner implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MessageReturner.class);
  private static final int PERSISTENT = 2;
  private static final long PAUSE_MILLIS = 500;

  private final BrokerConnection broker;
  private final PushMessageCodec codec;
  private final long confirmTimeoutMillis;
  private final ConcurrentNavigableMap<Long, CompletableFuture<Boolean>> unconfirmed =
      new ConcurrentSkipListMap<>();
  private final ReentrantLock sending = new ReentrantLock();
  private @Nullable Channel channel;

  MessageReturner(BrokerConnection broker, PushMessageCodec codec, ConsumeProperties properties) {
    this.broker = broker;
    this.codec = codec;
    this.confirmTimeoutMillis = properties.confirmTimeout().toMillis();
  }

  /** Puts the message into the waiting queue of that level; it comes back to the same lane. */
  void requeue(PushMessage message, Lane lane, int level, BooleanSupplier patience)
      throws InterruptedException {
    BasicProperties properties =
        properties(Map.of()).builder().messageId(message.id().toString()).build();
    String key = Topology.sendKey(message.account(), lane);
    publish(Topology.retry(level), key, properties, codec.encode(message), patience);
  }

  /** Puts a delivery into {@code hongyan.dead}, with the reason. */
  void bury(
      String routingKey,
      @Nullable String messageId,
      byte[] body,
      String reason,
      BooleanSupplier patience)
      throws InterruptedException {
    Map<String, Object> headers = new HashMap<>();
    headers.put(Topology.REASON_HEADER, reason);
    BasicProperties properties = properties(headers).builder().messageId(messageId).build();
    publish(Topology.DEAD, routingKey, properties, body, patience);
  }

  /**
   * Tells every running instance about a change; losing it costs time only, so it is tried once.
   */
  void broadcast(byte[] event) throws IOException, InterruptedException {
    publishOnce(Topology.CONFIG_EXCHANGE, "", properties(Map.of()), event);
  }

  @Override
  public void close() {
    broker.close();
  }

  private static BasicProperties properties(Map<String, Object> headers) {
    return new BasicProperties.Builder()
        .deliveryMode(PERSISTENT)
        .contentType("application/json")
        .headers(headers)
        .build();
  }

  /**
   * Tries until the broker has confirmed, or gives up by InterruptedException when the patience
   * ends.
   */
  private void publish(
      String exchange,
      String key,
      BasicProperties properties,
      byte[] body,
      BooleanSupplier patience)
      throws InterruptedException {
    while (true) {
      try {
        publishOnce(exchange, key, properties, body);
        return;
      } catch (IOException e) {
        log.warn(
            "not given back, trying again exchange={} message_id={} cause={}",
            exchange,
            properties.getMessageId(),
            e.toString());
      }
      if (!patience.getAsBoolean()) {
        throw new InterruptedException(
            "stopped before the broker confirmed " + properties.getMessageId());
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private void publishOnce(String exchange, String key, BasicProperties properties, byte[] body)
      throws IOException, InterruptedException {
    CompletableFuture<Boolean> confirmed = new CompletableFuture<>();
    send(exchange, key, properties, body, confirmed);
    try {
      if (!confirmed.get(confirmTimeoutMillis, TimeUnit.MILLISECONDS)) {
        // If a queue was deleted, the next connection declares it again.
        broker.close();
        throw new IOException("the broker refused the message, or had no queue for it");
      }
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("no confirm from the broker", e);
    }
  }

  private void send(
      String exchange,
      String key,
      BasicProperties properties,
      byte[] body,
      CompletableFuture<Boolean> confirmed)
      throws IOException {
    // Not synchronized: before JDK 24 a virtual thread that waits in there holds its carrier.
    sending.lock();
    try {
      sendAlone(exchange, key, properties, body, confirmed);
    } finally {
      sending.unlock();
    }
  }

  private void sendAlone(
      String exchange,
      String key,
      BasicProperties properties,
      byte[] body,
      CompletableFuture<Boolean> confirmed)
      throws IOException {
    Channel current = openChannel();
    long sequence = current.getNextPublishSeqNo();
    unconfirmed.put(sequence, confirmed);
    try {
      // A return names the message by this, and comes before its confirm.
      BasicProperties traceable =
          properties.builder().correlationId(Long.toString(sequence)).build();
      current.basicPublish(exchange, key, true, traceable, body);
    } catch (ShutdownSignalException e) {
      throw new IOException("the channel closed while publishing", e);
    }
  }

  private Channel openChannel() throws IOException {
    Channel current = channel;
    if (current != null && current.isOpen()) {
      return current;
    }
    settle(Long.MAX_VALUE, true, false);
    Channel opened = broker.openChannel();
    opened.confirmSelect();
    opened.addConfirmListener(
        (sequence, multiple) -> settle(sequence, multiple, true),
        (sequence, multiple) -> settle(sequence, multiple, false));
    opened.addReturnListener(
        returned ->
            settle(Long.parseLong(returned.getProperties().getCorrelationId()), false, false));
    opened.addShutdownListener(cause -> settle(Long.MAX_VALUE, true, false));
    channel = opened;
    return opened;
  }

  private void settle(long sequence, boolean multiple, boolean ok) {
    if (!multiple) {
      CompletableFuture<Boolean> confirmed = unconfirmed.remove(sequence);
      if (confirmed != null) {
        confirmed.complete(ok);
      }
      return;
    }
    ConcurrentNavigableMap<Long, CompletableFuture<Boolean>> upTo =
        unconfirmed.headMap(sequence, true);
    upTo.values().forEach(confirmed -> confirmed.complete(ok));
    upTo.clear();
  }
}
