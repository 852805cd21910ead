package io.hongyan.common.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which broker addresses are understood. */
class BrokerAddressTest {

  @Test
  void takesOneAddressAndSeveral() {
    assertThat(BrokerAddress.parse("amqp://localhost:5672").nodes())
        .containsExactly(URI.create("amqp://localhost:5672"));
    assertThat(BrokerAddress.parse("amqp://u:p,1@a/v, amqp://u:p,1@b:5673/v").nodes())
        .containsExactly(URI.create("amqp://u:p,1@a/v"), URI.create("amqp://u:p,1@b:5673/v"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:5672",
        "http://u:s3cret@a/v",
        "amqp://u:s3cret@a/v,",
        "amqp://u:s3cret@a/v,b/v",
        "amqp://u:s3cret@a/v,amqp://u:other@b/v",
        "amqp://u:s3cret@a/v,amqp://u:s3cret@b/w",
        "amqp://u:s3cret@a/v,amqps://u:s3cret@b/v",
        "amqp://u:s3cret@a b/v"
      })
  void refusesOthersWithoutShowingThePassword(String url) {
    assertThatThrownBy(() -> BrokerAddress.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HONGYAN_RABBITMQ_URL")
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
  }
}
