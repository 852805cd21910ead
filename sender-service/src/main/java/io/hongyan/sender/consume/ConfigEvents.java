package io.hongyan.sender.consume;

import com.rabbitmq.client.Channel;
import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.message.Topology;
import io.hongyan.sender.gate.AccountChanged;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;

/**
 * Hears that something in PostgreSQL changed, and tells the other instances what this one changed.
 * Events only make it faster: everything is also read every few seconds.
 */
final class ConfigEvents {

  private static final Logger log = LoggerFactory.getLogger(ConfigEvents.class);

  private final BrokerConnection broker;
  private final MessageReturner returner;
  private @Nullable Channel channel;

  ConfigEvents(BrokerConnection broker, MessageReturner returner) {
    this.broker = broker;
    this.returner = returner;
  }

  /**
   * Listens, if it does not yet, on a queue that ends with this connection.
   *
   * @param onEvent called for each event, on the client library's thread; must not block
   * @throws IOException if the broker is away
   */
  void ensureListening(Runnable onEvent) throws IOException {
    if (channel != null && channel.isOpen()) {
      return;
    }
    Channel opened = broker.openChannel();
    String queue = opened.queueDeclare().getQueue();
    opened.queueBind(queue, Topology.CONFIG_EXCHANGE, "");
    // Whoever deletes the queue cancels us; a closed channel is opened again.
    opened.basicConsume(queue, true, (tag, delivery) -> onEvent.run(), tag -> opened.abort());
    channel = opened;
    // What happened while nobody listened was missed.
    onEvent.run();
  }

  /** Tells everyone that an account's gate closed or opened here. */
  @EventListener
  void onAccountChanged(AccountChanged event) throws InterruptedException {
    try {
      returner.broadcast(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, event.account()).encode());
    } catch (IOException e) {
      log.warn(
          "change not told, others see it at their next reading account={}", event.account(), e);
    }
  }
}
