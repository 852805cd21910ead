package io.hongyan.gateway.release;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How late things may be before something else is done about them.
 *
 * @param lostAfter a released message of which nothing was heard for so long, with empty queues,
 *     counts as lost and is released again; must be well above the longest retry delay and the
 *     doubt window, or copies are made for nothing
 * @param misfireGrace a batch whose {@code sendAt} was missed by more, because nobody was running,
 *     is paused for a person to decide instead of being sent late
 */
@Validated
@ConfigurationProperties("hongyan")
public record GraceProperties(
    @DefaultValue("10m") @DurationMin(seconds = 1) Duration lostAfter,
    @DefaultValue("1h") @DurationMin(seconds = 1) Duration misfireGrace) {}
