package io.hongyan.gateway.release;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessageCodec;
import io.hongyan.common.message.Topology;
import io.hongyan.gateway.broker.CorkedSockets;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes chunks of messages and waits for the broker's confirms, for one worker thread. It has a
 * connection of its own, because RabbitMQ slows a busy publisher down by its connection: an urgent
 * message must not share one with a bulk chunk. Not thread-safe.
 */
final class MessagePublisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MessagePublisher.class);
  private static final PushMessageCodec CODEC = new PushMessageCodec();
  private static final int PERSISTENT = 2;

  private final ConnectionFactory factory;
  private final String name;
  private final Duration confirmTimeout;
  private final Outage outage;
  private final CorkedSockets sockets = new CorkedSockets();
  private final Set<String> declared = new HashSet<>();
  private final AtomicReference<@Nullable String> returned = new AtomicReference<>();
  private @Nullable Connection connection;
  private @Nullable Channel channel;

  /**
   * @param factory where the broker is; copied, since recovery is done here and not by the client
   * @param name the connection's name, as the broker's management shows it
   */
  MessagePublisher(ConnectionFactory factory, String name, Duration confirmTimeout, Outage outage) {
    this.factory = factory.clone();
    this.factory.setAutomaticRecoveryEnabled(false);
    this.factory.setTopologyRecoveryEnabled(false);
    this.factory.setChannelRpcTimeout((int) confirmTimeout.toMillis());
    if (!this.factory.isSSL()) {
      this.factory.setSocketFactory(sockets);
    }
    this.name = name;
    this.confirmTimeout = confirmTimeout;
    this.outage = outage;
  }

  /**
   * Publishes the messages to the account's lane and returns when the broker has all of them on
   * disk.
   *
   * @throws PublishFailedException if it may lack some of them; publish the whole chunk again
   */
  void publish(String account, Lane lane, List<PushMessage> messages)
      throws PublishFailedException {
    try {
      Channel open = openFor(account);
      String key = Topology.sendKey(account, lane);
      sockets.cork();
      for (PushMessage message : messages) {
        open.basicPublish(
            Topology.SEND_EXCHANGE, key, true, properties(message), CODEC.encode(message));
      }
      sockets.uncork();
      if (!open.waitForConfirms(confirmTimeout.toMillis())) {
        throw new IOException("the broker refused some of the messages");
      }
      String unroutable = returned.get();
      if (unroutable != null) {
        throw new IOException("no queue took the messages: " + unroutable);
      }
      outage.over();
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw failed("chunk of %d messages for %s".formatted(messages.size(), account), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("chunk of %d messages for %s".formatted(messages.size(), account), e);
    }
  }

  /**
   * Whether no message of the account's lane waits for a consumer.
   *
   * @throws PublishFailedException if the broker is away
   */
  boolean isDrained(String account, Lane lane) throws PublishFailedException {
    try {
      return openFor(account)
              .queueDeclarePassive(Topology.sendQueue(account, lane))
              .getMessageCount()
          == 0;
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw failed("look at the queues of " + account, e);
    }
  }

  /**
   * Connects if there is no connection, so that work is only taken when it can be done.
   *
   * @throws PublishFailedException if the broker is away
   */
  void connect() throws PublishFailedException {
    try {
      open();
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw failed("connection " + name, e);
    }
  }

  @Override
  public void close() {
    Connection current = connection;
    connection = null;
    channel = null;
    declared.clear();
    returned.set(null);
    uncork();
    if (current != null) {
      // Not close(): it waits for the broker's answer, and what was not confirmed is published
      // again anyway.
      current.abort((int) confirmTimeout.toMillis());
    }
  }

  /** After a failure in the middle of a chunk: goodbyes must not be held back. */
  private void uncork() {
    try {
      sockets.uncork();
    } catch (IOException e) {
      log.debug("the connection is gone already name={}", name, e);
    }
  }

  private Channel openFor(String account) throws IOException, TimeoutException {
    Channel open = open();
    if (!declared.contains(account)) {
      Topology.declareAccount(open, account);
      declared.add(account);
    }
    return open;
  }

  private Channel open() throws IOException, TimeoutException {
    Channel current = channel;
    if (current != null && current.isOpen()) {
      return current;
    }
    close();
    Connection fresh = factory.newConnection(name);
    connection = fresh;
    Channel opened = fresh.createChannel();
    opened.confirmSelect();
    // Cannot happen while the alternate exchange is there; where someone deleted it, the returned
    // message comes before its confirm.
    opened.addReturnListener(message -> returned.set(message.getReplyText()));
    Topology.declareShared(opened);
    channel = opened;
    return opened;
  }

  // Confirms of a failed chunk may still come in, so the next chunk begins on a new channel.
  private PublishFailedException failed(String what, Exception cause) {
    close();
    PublishFailedException failure =
        new PublishFailedException(what + " failed, tried again later", cause);
    outage.failed(failure);
    return failure;
  }

  private static AMQP.BasicProperties properties(PushMessage message) {
    return new AMQP.BasicProperties.Builder()
        .deliveryMode(PERSISTENT)
        .contentType("application/json")
        .messageId(message.id().toString())
        .build();
  }
}
