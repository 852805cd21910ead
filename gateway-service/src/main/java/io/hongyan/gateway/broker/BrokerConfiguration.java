package io.hongyan.gateway.broker;

import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.broker.BrokerAddress;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one place where the gateway's connections to RabbitMQ are set up. */
@Configuration(proxyBeanMethods = false)
class BrokerConfiguration {

  @Bean
  ConnectionFactory brokerConnectionFactory(BrokerProperties properties) {
    return BrokerAddress.parse(properties.url())
        .connectionFactory(
            properties.heartbeat(), properties.connectionTimeout(), properties.answerTimeout());
  }

  /** For Spring AMQP, which the health endpoint uses. */
  @Bean
  CachingConnectionFactory springConnectionFactory(ConnectionFactory brokerConnectionFactory) {
    CachingConnectionFactory factory = new CachingConnectionFactory(brokerConnectionFactory);
    factory.setConnectionNameStrategy(connection -> "gateway-health");
    return factory;
  }
}
