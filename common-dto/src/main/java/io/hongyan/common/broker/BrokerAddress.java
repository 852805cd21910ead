package io.hongyan.common.broker;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where RabbitMQ is: {@code HONGYAN_RABBITMQ_URL}, one address or those of a cluster's nodes.
 *
 * @param nodes as they were written, at least one
 */
public record BrokerAddress(List<URI> nodes) {

  /**
   * Reads {@code amqp://user:password@host:port/vhost}, or several with commas between.
   *
   * @throws IllegalArgumentException if it cannot be used; the message shows no password
   */
  public static BrokerAddress parse(String url) {
    List<URI> nodes = new ArrayList<>();
    try {
      // A comma may be part of a password.
      for (String node : url.split(",\\s*(?=amqps?://)", -1)) {
        nodes.add(new URI(node.strip()));
      }
    } catch (URISyntaxException e) {
      throw unusable(); // without the cause, whose message has the password in it
    }
    for (URI node : nodes) {
      boolean amqp = "amqp".equals(node.getScheme()) || "amqps".equals(node.getScheme());
      if (!amqp || node.getHost() == null || !isSameBroker(nodes.getFirst(), node)) {
        throw unusable();
      }
      if (node.getRawPath().contains(",")) {
        throw unusable(); // a node without its amqp://, not a virtual host of that name
      }
    }
    return new BrokerAddress(List.copyOf(nodes));
  }

  /**
   * Opens connections to whichever node answers. Whoever opens one closes it and decides itself
   * what a lost one means, so automatic recovery is off.
   *
   * @param heartbeat a silent broker is taken for dead after two of them
   * @param connectionTimeout longest wait for a connection
   * @param answerTimeout longest wait for the answer to a declaration, a subscription and the like;
   *     a queue without a leader gives none
   */
  public ConnectionFactory connectionFactory(
      Duration heartbeat, Duration connectionTimeout, Duration answerTimeout) {
    ConnectionFactory factory =
        new ClusterConnectionFactory(
            nodes.stream().map(node -> new Address(node.getHost(), node.getPort())).toList());
    try {
      // User, password, virtual host and TLS are the same for all of them.
      factory.setUri(nodes.getFirst());
    } catch (URISyntaxException | NoSuchAlgorithmException | KeyManagementException e) {
      throw new IllegalStateException("HONGYAN_RABBITMQ_URL cannot be used", e);
    }
    factory.setRequestedHeartbeat((int) heartbeat.toSeconds());
    factory.setConnectionTimeout((int) connectionTimeout.toMillis());
    factory.setChannelRpcTimeout((int) answerTimeout.toMillis());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    return factory;
  }

  /** Without user and password. */
  @Override
  public String toString() {
    return nodes.stream().map(node -> node.getHost() + ":" + node.getPort()).toList().toString();
  }

  private static boolean isSameBroker(URI first, URI node) {
    return Objects.equals(first.getScheme(), node.getScheme())
        && Objects.equals(first.getRawUserInfo(), node.getRawUserInfo())
        && Objects.equals(first.getRawPath(), node.getRawPath());
  }

  private static IllegalArgumentException unusable() {
    return new IllegalArgumentException(
        "HONGYAN_RABBITMQ_URL must look like amqp://user:password@host:5672/vhost; further nodes of a"
            + " cluster follow after commas, with the same scheme, user, password and vhost");
  }
}
