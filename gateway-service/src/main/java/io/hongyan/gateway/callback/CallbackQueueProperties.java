package io.hongyan.gateway.callback;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How {@link CallbackQueue} hands on what WeChat says.
 *
 * @param publishTimeout how long a receipt may wait for the broker's confirm; below WeChat's 5
 *     seconds, or it asks again before it is told so
 */
@Validated
@ConfigurationProperties("hongyan.callback")
record CallbackQueueProperties(
    @DefaultValue("2s") @DurationMin(millis = 10) @DurationMax(millis = 4500)
        Duration publishTimeout) {}
