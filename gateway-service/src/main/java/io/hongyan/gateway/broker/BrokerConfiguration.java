package io.hongyan.gateway.broker;

import com.rabbitmq.client.ConnectionFactory;
import java.net.URISyntaxException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
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
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(properties.url());
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
