package io.hongyan.sender.token;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How access tokens are fetched and shared.
 *
 * @param source WeChat's call: {@code stable_token}, or {@code token} where each fetch retires the
 *     token before
 * @param keyPrefix first part of the token's Redis key; {@code wx} is what WxJava reads
 * @param localTtl how long a sender trusts its own copy
 * @param lockTtl how long one sender may hold the lock; longer than WeChat's token call may take
 * @param waitTimeout longest wait for a token that another sender is fetching
 * @param pollInterval first pause of a waiter; doubles up to half a second
 * @param safetyMargin a token is forgotten this long before WeChat says it ends
 */
@Validated
@ConfigurationProperties("hongyan.token")
record TokenProperties(
    @DefaultValue("stable_token") Source source,
    @DefaultValue("wx") String keyPrefix,
    @DefaultValue("60s") @DurationMin(millis = 1) Duration localTtl,
    @DefaultValue("15s") @DurationMin(millis = 1) Duration lockTtl,
    @DefaultValue("20s") @DurationMin(millis = 1) Duration waitTimeout,
    @DefaultValue("20ms") @DurationMin(millis = 1) Duration pollInterval,
    @DefaultValue("200s") @DurationMin(millis = 0) Duration safetyMargin) {

  /** Which of WeChat's two calls hands out tokens. */
  enum Source {
    STABLE_TOKEN,
    TOKEN
  }

  TokenProperties {
    if (waitTimeout.compareTo(lockTtl) <= 0) {
      throw new IllegalArgumentException(
          "hongyan.token.wait-timeout (%s) must be longer than hongyan.token.lock-ttl (%s), so that a waiter outlives a dead holder"
              .formatted(waitTimeout, lockTtl));
    }
  }
}
