package io.hongyan.sender.consume;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long messages wait in {@code hongyan.retry.1}, {@code .2} and {@code .3}. The queues carry
 * the delay as an argument: to change one, let its queue run empty and delete it first.
 *
 * @param delays before the second, third and fourth try; together inside the doubt window
 */
@Validated
@ConfigurationProperties("hongyan.retry")
record RetryProperties(@DefaultValue({"5s", "30s", "2m"}) List<Duration> delays) {

  RetryProperties {
    if (delays.size() != 3
        || delays.stream().anyMatch(delay -> delay.isNegative() || delay.isZero())) {
      throw new IllegalArgumentException(
          "hongyan.retry.delays needs three durations above zero, got " + delays);
    }
  }
}
