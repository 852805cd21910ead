package io.hongyan.gateway.broker;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The one place where connections to RabbitMQ are set up. Who opens one closes it and decides
 * itself what a lost one means, so automatic recovery is off.
 */
@Configuration(proxyBeanMethods = false)
class BrokerConfiguration {

  @Bean
  ConnectionFactory brokerConnectionFactory(BrokerProperties properties) {
    List<URI> nodes = properties.nodes();
    ConnectionFactory factory =
        new ClusterConnectionFactory(
            nodes.stream().map(node -> new Address(node.getHost(), node.getPort())).toList());
    try {
      // User, password, virtual host and TLS are the same for all of them.
      factory.setUri(nodes.getFirst());
    } catch (URISyntaxException | NoSuchAlgorithmException | KeyManagementException e) {
      throw new IllegalStateException("HONGYAN_RABBITMQ_URL cannot be used", e);
    }
    factory.setRequestedHeartbeat((int) properties.heartbeat().toSeconds());
    factory.setConnectionTimeout((int) properties.connectionTimeout().toMillis());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    return factory;
  }

  /** For Spring AMQP, which the health endpoint uses. */
  @Bean
  CachingConnectionFactory springConnectionFactory(ConnectionFactory brokerConnectionFactory) {
    CachingConnectionFactory factory = new CachingConnectionFactory(brokerConnectionFactory);
    factory.setConnectionNameStrategy(connection -> "gateway-health");
    return factory;
  }
}
