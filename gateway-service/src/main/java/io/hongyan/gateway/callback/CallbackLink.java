package io.hongyan.gateway.callback;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.message.Topology;
import io.hongyan.gateway.broker.CorkedSockets;
import io.hongyan.gateway.callback.CallbackQueue.Outgoing;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link CallbackQueue}'s connection for as long as all is well on it: the first refusal, return or
 * late confirm ends it, and the next one declares the queues anew. One thread publishes; confirms
 * come on the client library's.
 */
final class CallbackLink implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CallbackLink.class);
  private static final int PERSISTENT = 2;

  /** A queue that elects a leader confirms within seconds; nothing is lost by trying anew. */
  private static final Duration CONFIRM_WITHIN = Duration.ofSeconds(10);

  private static final int ABORT_MILLIS = 1_000;

  private static final AMQP.BasicProperties PROPERTIES =
      new AMQP.BasicProperties.Builder()
          .deliveryMode(PERSISTENT)
          .contentType("application/json")
          .build();

  private final CorkedSockets sockets = new CorkedSockets();
  private final Connection connection;
  private final Channel channel;
  private final Consumer<Outgoing> putBack;
  private final ConcurrentNavigableMap<Long, Sent> unconfirmed = new ConcurrentSkipListMap<>();
  private volatile @Nullable String trouble;

  /**
   * Connects and declares the queues.
   *
   * @param putBack takes what is not confirmed when this ends
   */
  CallbackLink(ConnectionFactory broker, Consumer<Outgoing> putBack)
      throws IOException, TimeoutException {
    this.putBack = putBack;
    ConnectionFactory factory = broker.clone();
    if (!factory.isSSL()) {
      factory.setSocketFactory(sockets);
    }
    connection = factory.newConnection("gateway-callbacks");
    try {
      channel = connection.createChannel();
      Topology.declareShared(channel);
      channel.confirmSelect();
      channel.addReturnListener(returned -> trouble = "no queue " + returned.getRoutingKey());
      channel.addConfirmListener(this::confirmed, this::refused);
      channel.addShutdownListener(cause -> trouble = cause.getMessage());
    } catch (IOException | RuntimeException e) {
      connection.abort(ABORT_MILLIS);
      throw e;
    }
  }

  /** Holds back what is published from now on; {@link #send} must follow soon. */
  void hold() {
    sockets.cork();
  }

  /**
   * Sends what was held back.
   *
   * @throws IOException if the connection broke
   */
  void send() throws IOException {
    sockets.uncork();
  }

  /**
   * Writes it to its queue; a confirm completes it.
   *
   * @throws IOException if the connection broke; {@link #close} puts it back
   */
  void publish(Outgoing outgoing) throws IOException {
    unconfirmed.put(channel.getNextPublishSeqNo(), new Sent(outgoing, System.nanoTime()));
    try {
      channel.basicPublish("", outgoing.queue(), true, PROPERTIES, outgoing.body());
    } catch (AlreadyClosedException e) {
      throw new IOException("the connection closed while publishing", e);
    }
  }

  /**
   * Says whether one may go on.
   *
   * @throws IOException if not
   */
  void requireWell() throws IOException {
    String now = trouble;
    if (now != null) {
      throw new IOException(now);
    }
    Map.Entry<Long, Sent> oldest = unconfirmed.firstEntry();
    if (oldest != null
        && System.nanoTime() - oldest.getValue().atNanos() > CONFIRM_WITHIN.toNanos()) {
      throw new IOException("no confirm within " + CONFIRM_WITHIN);
    }
  }

  /** Hangs up at once, and puts back what is not confirmed. */
  @Override
  public void close() {
    try {
      sockets.uncork(); // goodbyes must not be held back
    } catch (IOException e) {
      log.debug("the connection is gone already", e);
    }
    connection.abort(ABORT_MILLIS);
    for (Map.Entry<Long, Sent> entry = unconfirmed.pollFirstEntry();
        entry != null;
        entry = unconfirmed.pollFirstEntry()) {
      putBack.accept(entry.getValue().outgoing());
    }
  }

  private void confirmed(long sequence, boolean multiple) {
    // A returned message is confirmed, too, right after it came back.
    if (trouble != null) {
      return;
    }
    if (!multiple) {
      complete(unconfirmed.remove(sequence));
      return;
    }
    for (Long upTo : unconfirmed.headMap(sequence, true).keySet()) {
      complete(unconfirmed.remove(upTo));
    }
  }

  private void refused(long sequence, boolean multiple) {
    trouble = "the broker refused a message";
  }

  private static void complete(@Nullable Sent sent) {
    if (sent != null) {
      sent.outgoing().done().complete(null);
    }
  }

  private record Sent(Outgoing outgoing, long atNanos) {}
}
