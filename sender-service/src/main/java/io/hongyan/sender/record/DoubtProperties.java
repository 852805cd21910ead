package io.hongyan.sender.record;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When a message in doubt may no longer be sent.
 *
 * @param doubtWindow how long after the oldest doubtful attempt began it may be sent again: below
 *     the 10 minutes for which WeChat drops a repeated client_msg_id (wechat-api 2.3)
 */
@Validated
@ConfigurationProperties("hongyan")
record DoubtProperties(@DefaultValue("8m") @DurationMin(millis = 1) Duration doubtWindow) {

  private static final Duration WECHAT_DROPS_REPEATS = Duration.ofMinutes(10);

  DoubtProperties {
    if (doubtWindow.compareTo(WECHAT_DROPS_REPEATS) >= 0) {
      throw new IllegalArgumentException(
          "hongyan.doubt-window (%s) must be below the 10 minutes for which WeChat drops repeats"
              .formatted(doubtWindow));
    }
  }
}
