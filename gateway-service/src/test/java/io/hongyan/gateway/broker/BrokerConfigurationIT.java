package io.hongyan.gateway.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.test.TestServers;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Connections to a cluster with a node down. */
class BrokerConfigurationIT {

  private final BrokerConfiguration configuration = new BrokerConfiguration();

  @Test
  void connectsWhenANodeIsDown() throws Exception {
    URI alive = URI.create(TestServers.get().rabbitUrl());
    ConnectionFactory factory =
        configuration.brokerConnectionFactory(
            new BrokerProperties(
                alive.toString().replace(":" + alive.getPort(), ":" + unusedPort()) + "," + alive,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10)));

    // Several, since the order of the nodes differs; the copy is what publishers use.
    for (int i = 0; i < 5; i++) {
      try (Connection connection = factory.clone().newConnection("broker-configuration-test")) {
        assertThat(connection.getPort()).isEqualTo(alive.getPort());
      }
    }
    var health = configuration.springConnectionFactory(factory);
    try (var connection = health.createConnection()) {
      assertThat(connection.isOpen()).isTrue();
    } finally {
      health.destroy();
    }
  }

  private static int unusedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
