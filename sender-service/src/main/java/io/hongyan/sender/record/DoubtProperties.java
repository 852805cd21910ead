package io.hongyan.sender.record;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long what the rows say about a message holds; used here before a start and by delivery before
 * the call.
 *
 * @param doubtWindow how long after the oldest doubtful attempt began it may be sent again; with
 *     {@code callWithin} below the 10 minutes for which WeChat drops a repeated client_msg_id
 *     (wechat-api 2.3)
 * @param callWithin how long after its start row a call may still begin; later it is withheld
 */
@Validated
@ConfigurationProperties("hongyan")
public record DoubtProperties(
    @DefaultValue("8m") @DurationMin(millis = 1) Duration doubtWindow,
    @DefaultValue("30s") @DurationMin(millis = 1) Duration callWithin) {

  private static final Duration WECHAT_DROPS_REPEATS = Duration.ofMinutes(10);

  public DoubtProperties {
    if (doubtWindow.plus(callWithin).compareTo(WECHAT_DROPS_REPEATS) >= 0) {
      throw new IllegalArgumentException(
          "hongyan.doubt-window (%s) and hongyan.call-within (%s) together must be below the 10 minutes for which WeChat drops repeats"
              .formatted(doubtWindow, callWithin));
    }
  }
}
