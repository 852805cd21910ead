package io.hongyan.sender.consume;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessageCodec;
import io.hongyan.common.message.Topology;
import io.hongyan.sender.consume.StandInGateway.Account;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The tests' own way into RabbitMQ, past the sender and its proxy: publishes and breaks queues. */
final class TestBroker {

  private static final PushMessageCodec CODEC = new PushMessageCodec();

  private final Connection broker;

  TestBroker() {
    try {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(TestServers.get().rabbitUrl());
      factory.setNetworkRecoveryInterval(200);
      broker = factory.newConnection("sender tests");
    } catch (Exception e) {
      throw new IllegalStateException("RabbitMQ cannot be reached", e);
    }
  }

  MessageId publish(Account account, Lane lane, PushMessage message) {
    publishRaw(account, lane, message.id().toString(), CODEC.encode(message));
    return message.id();
  }

  /** Puts the message where it waits longest; it comes back to the normal lane. */
  void publishWaiting(Account account, PushMessage message) {
    publishRaw(
        Topology.retry(Topology.RETRY_LEVELS),
        account,
        Lane.NORMAL,
        message.id().toString(),
        CODEC.encode(message));
  }

  /** Publishes a body as it is. */
  void publishRaw(Account account, Lane lane, @Nullable String messageId, byte[] body) {
    publishRaw(Topology.SEND_EXCHANGE, account, lane, messageId, body);
  }

  private synchronized void publishRaw(
      String exchange, Account account, Lane lane, @Nullable String messageId, byte[] body) {
    try {
      publishOnce(exchange, account, lane, messageId, body);
    } catch (IllegalStateException e) {
      if (broker.isOpen()) {
        throw e;
      }
      // The sender declared the new account's queues in the same moment, which RabbitMQ 3.10 may
      // answer by closing one of the two connections; the client library opens this one again.
      await().atMost(Duration.ofSeconds(15)).until(broker::isOpen);
      publishOnce(exchange, account, lane, messageId, body);
    }
  }

  private void publishOnce(
      String exchange, Account account, Lane lane, @Nullable String messageId, byte[] body) {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder().deliveryMode(2).messageId(messageId).build();
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      Topology.declareShared(channel);
      Topology.declareAccount(channel, account.id());
      channel.confirmSelect();
      channel.basicPublish(exchange, Topology.sendKey(account.id(), lane), true, properties, body);
      channel.waitForConfirmsOrDie(5_000);
    } catch (Exception e) {
      throw new IllegalStateException("not published", e);
    }
  }

  /** Publishes bodies to one of the queues that the gateway's callbacks go to. */
  synchronized void publishCallbacks(String queue, List<byte[]> bodies) {
    AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().deliveryMode(2).build();
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      Topology.declareShared(channel);
      channel.confirmSelect();
      for (byte[] body : bodies) {
        channel.basicPublish("", queue, true, properties, body);
      }
      channel.waitForConfirmsOrDie(5_000);
    } catch (Exception e) {
      throw new IllegalStateException("not published", e);
    }
  }

  /** Tells the sender that something changed. */
  synchronized void tell(ConfigEvent event) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      Topology.declareShared(channel);
      channel.basicPublish(
          Topology.CONFIG_EXCHANGE, "", new AMQP.BasicProperties(), event.encode());
    } catch (Exception e) {
      throw new IllegalStateException("not told", e);
    }
  }

  /** Puts a queue of another kind in the place of the account's. */
  synchronized void breakQueue(Account account) {
    String queue = Topology.sendQueue(account.id(), Lane.NORMAL);
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      Topology.declareAccount(channel, account.id());
      channel.queueDelete(queue);
      channel.queueDeclare(queue, true, false, false, Map.of());
    } catch (Exception e) {
      throw new IllegalStateException("queue not replaced", e);
    }
  }

  /** Deletes a queue with all that is in it. */
  synchronized void deleteQueue(String queue) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      channel.queueDelete(queue);
    } catch (Exception e) {
      throw new IllegalStateException("queue not deleted", e);
    }
  }

  /**
   * Deletes a queue and declares it again in the same moment: the sender's consumer may hear
   * nothing of it and belong to no queue any more.
   */
  synchronized void replaceQueue(Account account, String queue) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      channel.queueDelete(queue);
      Topology.declareShared(channel);
      Topology.declareAccount(channel, account.id());
    } catch (Exception e) {
      throw new IllegalStateException("queue not replaced", e);
    }
  }

  /** Waits until the sender consumes from that queue. */
  void awaitConsumer(String queue) {
    await().atMost(Duration.ofSeconds(15)).until(() -> hasConsumer(queue));
  }

  private boolean hasConsumer(String queue) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      return channel.consumerCount(queue) > 0;
    } catch (IOException | TimeoutException | AlreadyClosedException e) {
      // There is no such queue yet, which closes the channel.
      return false;
    }
  }

  /** Messages in the account's queues, ready ones. */
  long queued(Account account) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      long queued = 0;
      for (Lane lane : Lane.values()) {
        queued += channel.messageCount(Topology.sendQueue(account.id(), lane));
      }
      return queued;
    } catch (Exception e) {
      throw new IllegalStateException("queue not counted", e);
    }
  }
}
