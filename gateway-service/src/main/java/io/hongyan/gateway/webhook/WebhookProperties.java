package io.hongyan.gateway.webhook;

import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How webhooks are posted to.
 *
 * @param enabled whether this gateway posts; off = another one must
 * @param poll how often due deliveries are looked for, so how late one may begin
 * @param timeout for one post, answer included; shorter calls a slow receiver failing, longer keeps
 *     its other deliveries waiting
 * @param lease how long others leave a delivery alone that a gateway is posting; after a crash it
 *     waits that long
 * @param atOnce posts at once to one webhook, on each gateway
 * @param inAll posts at once to all webhooks, on each gateway; each webhook may have its first one
 *     beyond that
 * @param delays from a failed try to the next one, give or take a tenth; after the last of them a
 *     delivery has failed
 * @param disableAfter how long a webhook may fail before it is switched off
 */
@Validated
@ConfigurationProperties("hongyan.webhook")
record WebhookProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("1s") @DurationMin(millis = 1) Duration poll,
    @DefaultValue("15s") @DurationMin(millis = 1) Duration timeout,
    @DefaultValue("2m") @DurationMin(millis = 1) Duration lease,
    @DefaultValue("8") @Positive int atOnce,
    @DefaultValue("64") @Positive int inAll,
    @DefaultValue({"5s", "5m", "30m", "2h", "5h", "10h"}) @NotEmpty
        List<@DurationMin(millis = 1) Duration> delays,
    @DefaultValue("5d") @DurationMin(millis = 1) Duration disableAfter) {

  WebhookProperties {
    delays = List.copyOf(delays);
    if (timeout.multipliedBy(2).compareTo(lease) > 0) {
      throw new IllegalArgumentException(
          "hongyan.webhook.lease (%s) must be at least twice hongyan.webhook.timeout (%s), or another gateway posts what one is still posting"
              .formatted(lease, timeout));
    }
  }
}
