package io.hongyan.gateway.config;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.message.Topology;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Tells every running gateway and sender what changed, and hears it from them: a received {@link
 * ConfigEvent} is published inside the application. A broker that is away delays the news until the
 * next poll and nothing else. Thread-safe.
 */
@Component
public class ConfigEvents implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ConfigEvents.class);
  private static final int PERSISTENT = 2;

  private final ConnectionFactory broker;
  private final ApplicationEventPublisher application;
  private final ConfigProperties properties;
  // Marks our own events, which were already told inside the application.
  private final String instance = UUID.randomUUID().toString();
  private volatile @Nullable Thread worker;
  private volatile @Nullable Link link;

  ConfigEvents(
      ConnectionFactory broker,
      ApplicationEventPublisher application,
      ConfigProperties properties) {
    this.broker = broker;
    this.application = application;
    this.properties = properties;
  }

  /**
   * Tells this instance at once, in the caller's thread, then the others. Call it after the commit.
   * Never throws because of the broker: without it others learn of the change at their next poll.
   */
  public void publish(ConfigEvent event) {
    tellApplication(event);
    withLink("event " + event.kind() + " " + event.id(), current -> current.publish(event));
  }

  /** Makes the queues of an account; without the broker the releaser does it later. */
  public void declareQueues(String account) {
    withLink("queues of account " + account, current -> current.declare(account));
  }

  /** Whether events can be sent and heard now. */
  public boolean isConnected() {
    return link != null;
  }

  private void withLink(String what, LinkCall call) {
    Link current = link;
    if (current == null) {
      log.warn("broker away, not told now, the next poll makes up for it: {}", what);
      return;
    }
    try {
      call.on(current);
    } catch (IOException | TimeoutException | RuntimeException e) {
      log.warn("broker failed, not told now, the next poll makes up for it: {}", what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("interrupted, the next poll makes up for it: {}", what);
    }
  }

  @Override
  public void start() {
    Thread listener = Thread.ofVirtual().name("config-events").unstarted(this::listen);
    worker = listener; // before it runs: it goes on only while it is the worker
    listener.start();
  }

  @Override
  public void stop() {
    Thread current = worker;
    worker = null;
    if (current != null) {
      current.interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return worker != null;
  }

  private void listen() {
    boolean reported = false;
    while (worker == Thread.currentThread()) {
      try (Link current = new Link()) {
        link = current;
        reported = false;
        log.info("listening for changes exchange={}", Topology.CONFIG_EXCHANGE);
        tellApplication(new EventsMayBeLost());
        current.closed.await();
      } catch (IOException | TimeoutException | RuntimeException e) {
        // One line for each time it goes away, not one for each second that it stays away.
        if (!reported) {
          log.warn(
              "broker away, changes are seen by polling until it is back cause={}", e.toString());
          reported = true;
        }
      } catch (InterruptedException e) {
        return;
      } finally {
        link = null;
      }
      if (!pause()) {
        return;
      }
    }
  }

  private boolean pause() {
    try {
      Thread.sleep(properties.reconnectDelay());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void received(@Nullable String sender, byte[] body) {
    if (instance.equals(sender)) {
      return;
    }
    ConfigEvent.decode(body).ifPresent(this::tellApplication);
  }

  // The change is committed: a listener that fails must neither make its request fail nor end the
  // listening.
  private void tellApplication(Object event) {
    try {
      application.publishEvent(event);
    } catch (RuntimeException e) {
      log.error("a listener failed, those behind it were not told event={}", event, e);
    }
  }

  /** What can be done with a link. */
  private interface LinkCall {
    void on(Link link) throws IOException, TimeoutException, InterruptedException;
  }

  /** One connection: a channel that listens on a queue of our own, and one that publishes. */
  private final class Link implements AutoCloseable {

    final CountDownLatch closed = new CountDownLatch(1);
    private final Connection connection;
    private final Channel publishing;

    Link() throws IOException, TimeoutException {
      connection = broker.newConnection("gateway-config-events");
      try {
        connection.addShutdownListener(cause -> closed.countDown());
        Channel listening = connection.createChannel();
        listening.addShutdownListener(cause -> closed.countDown());
        Topology.declareShared(listening);
        String queue = listening.queueDeclare().getQueue();
        listening.queueBind(queue, Topology.CONFIG_EXCHANGE, "");
        DeliverCallback deliver =
            (tag, delivery) -> received(delivery.getProperties().getAppId(), delivery.getBody());
        CancelCallback cancelled = tag -> closed.countDown();
        listening.basicConsume(queue, true, deliver, cancelled);
        publishing = connection.createChannel();
        // A confirm that does not come in time closes this channel alone.
        publishing.addShutdownListener(cause -> closed.countDown());
        publishing.confirmSelect();
      } catch (IOException | RuntimeException e) {
        connection.abort();
        throw e;
      }
    }

    void publish(ConfigEvent event) throws IOException, TimeoutException, InterruptedException {
      BasicProperties persistent =
          new BasicProperties.Builder().deliveryMode(PERSISTENT).appId(instance).build();
      synchronized (publishing) {
        publishing.basicPublish(Topology.CONFIG_EXCHANGE, "", persistent, event.encode());
        publishing.waitForConfirmsOrDie(properties.publishTimeout().toMillis());
      }
    }

    void declare(String account) throws IOException, TimeoutException {
      // A channel of its own: a queue that exists with other arguments closes the channel.
      try (Channel channel = connection.createChannel()) {
        Topology.declareAccount(channel, account);
      }
    }

    @Override
    public void close() {
      connection.abort();
    }
  }
}
