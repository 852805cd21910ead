package io.hongyan.gateway.broker;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How to reach RabbitMQ.
 *
 * @param url {@code amqp://user:password@host:port/vhost}, or several for the nodes of a cluster,
 *     with commas between; HONGYAN_RABBITMQ_URL
 * @param heartbeat a silent broker is taken for dead after two of them
 * @param connectionTimeout longest wait for a connection
 */
@Validated
@ConfigurationProperties("hongyan.broker")
record BrokerProperties(
    @NotNull String url,
    @DefaultValue("10s") @DurationMin(seconds = 1) Duration heartbeat,
    @DefaultValue("5s") @DurationMin(millis = 100) Duration connectionTimeout) {

  BrokerProperties {
    URI first = parse(url).getFirst();
    for (URI node : parse(url)) {
      boolean amqp = "amqp".equals(node.getScheme()) || "amqps".equals(node.getScheme());
      if (!amqp || node.getHost() == null || !isSameBroker(first, node)) {
        throw unusable();
      }
      if (node.getRawPath().contains(",")) {
        throw unusable(); // a node without its amqp://, not a virtual host of that name
      }
    }
  }

  /** The cluster's nodes as they were written, at least one. */
  List<URI> nodes() {
    return parse(url);
  }

  private static List<URI> parse(String url) {
    try {
      List<URI> nodes = new ArrayList<>();
      // A comma may be part of a password.
      for (String node : url.split(",\\s*(?=amqps?://)", -1)) {
        nodes.add(new URI(node.strip()));
      }
      return nodes;
    } catch (URISyntaxException e) {
      throw unusable(); // without the cause, whose message has the password in it
    }
  }

  private static boolean isSameBroker(URI first, URI node) {
    return Objects.equals(first.getScheme(), node.getScheme())
        && Objects.equals(first.getRawUserInfo(), node.getRawUserInfo())
        && Objects.equals(first.getRawPath(), node.getRawPath());
  }

  private static IllegalArgumentException unusable() {
    return new IllegalArgumentException(
        "HONGYAN_RABBITMQ_URL must look like amqp://user:password@host:5672/vhost; further nodes of a cluster follow after commas, with the same scheme, user, password and vhost");
  }
}
