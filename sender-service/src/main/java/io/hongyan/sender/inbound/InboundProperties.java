package io.hongyan.sender.inbound;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How followers' messages and events are committed in groups.
 *
 * @param linger how long the first of a group waits for others
 * @param maxGroup most rows in one commit
 */
@Validated
@ConfigurationProperties("hongyan.inbound")
record InboundProperties(
    @DefaultValue("20ms") @DurationMin(millis = 0) Duration linger,
    @DefaultValue("500") int maxGroup) {

  InboundProperties {
    if (maxGroup < 1) {
      throw new IllegalArgumentException("hongyan.inbound.max-group must be 1 or more");
    }
  }
}
