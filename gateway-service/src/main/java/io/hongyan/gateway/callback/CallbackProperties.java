package io.hongyan.gateway.callback;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What the callback endpoint takes from WeChat.
 *
 * @param maxBody largest body; larger lets strangers send more before they are refused, smaller may
 *     refuse messages of followers, whose long texts arrive twice as large when encrypted
 * @param maxAge how far a timestamp may be from our clock, in both directions; larger keeps nonces
 *     in Redis for longer, smaller refuses WeChat itself if a clock is wrong
 * @param refuseReplays whether a nonce is good for one message; off saves Redis a call for each
 *     request, and lets whoever has recorded a request send it again until it is too old
 * @param giveUpAfter when a request that gets no answer is closed; WeChat asks again after 5 s
 *     (wechat-api 6.3), so less shows the follower an error, and more holds connections for nobody
 */
@Validated
@ConfigurationProperties("hongyan.callback")
record CallbackProperties(
    @DefaultValue("64KB") DataSize maxBody,
    @DefaultValue("5m") @DurationMin(seconds = 1) Duration maxAge,
    @DefaultValue("true") boolean refuseReplays,
    @DefaultValue("6s") @DurationMin(millis = 1) Duration giveUpAfter) {

  /** Checks the size, for which there is no annotation. */
  CallbackProperties {
    if (maxBody.toBytes() < 1 || maxBody.toBytes() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("hongyan.callback.max-body must be 1 B to 2 GB");
    }
  }
}
