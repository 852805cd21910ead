package io.hongyan.gateway.broker;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How to reach RabbitMQ.
 *
 * @param url {@code amqp://user:password@host:port/vhost}; HONGYAN_RABBITMQ_URL
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
    String scheme = scheme(url);
    if (!scheme.equals("amqp") && !scheme.equals("amqps")) {
      throw new IllegalArgumentException(
          "HONGYAN_RABBITMQ_URL must look like amqp://user:password@host:5672/vhost");
    }
  }

  private static String scheme(String url) {
    try {
      String scheme = new URI(url).getScheme();
      return scheme == null ? "" : scheme;
    } catch (URISyntaxException e) {
      return ""; // the caller says what a URL looks like, without the password in this one
    }
  }
}
