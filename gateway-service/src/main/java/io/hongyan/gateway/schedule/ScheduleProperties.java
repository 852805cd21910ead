package io.hongyan.gateway.schedule;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How recurring campaigns are run.
 *
 * @param enabled whether this gateway makes the batches of due runs; off = another one must
 * @param poll how often due runs are looked for, so how late one may begin
 * @param backoff how long a run that could not be made, as while the database is away, waits for
 *     the next attempt
 */
@Validated
@ConfigurationProperties("hongyan.schedules")
record ScheduleProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("500ms") @DurationMin(millis = 1) Duration poll,
    @DefaultValue("5s") @DurationMin(millis = 1) Duration backoff) {}
