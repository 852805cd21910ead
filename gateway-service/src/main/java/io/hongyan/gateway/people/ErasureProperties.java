package io.hongyan.gateway.people;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How erased people are looked after.
 *
 * @param sweepInterval how often they are looked for whose message was at WeChat when they were
 *     erased; what it left behind is overwritten then
 */
@Validated
@ConfigurationProperties("hongyan.erasure")
record ErasureProperties(@DefaultValue("10m") @DurationMin(seconds = 1) Duration sweepInterval) {}
