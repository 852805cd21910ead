package io.hongyan.gateway.release;

import com.rabbitmq.client.ConnectionFactory;
import java.time.Clock;
import org.springframework.stereotype.Component;

/** Makes the publishers of this gateway's workers; they share one note of the broker's outages. */
@Component
class MessagePublishers {

  private final ConnectionFactory connectionFactory;
  private final ReleaseProperties properties;
  private final Outage broker;

  MessagePublishers(
      ConnectionFactory connectionFactory, ReleaseProperties properties, Clock clock) {
    this.connectionFactory = connectionFactory;
    this.properties = properties;
    this.broker = new Outage("rabbitmq", clock);
  }

  /** A publisher that connects with its first use; whoever asked for it closes it. */
  MessagePublisher create(String name) {
    return new MessagePublisher(connectionFactory, name, properties.confirmTimeout(), broker);
  }
}
