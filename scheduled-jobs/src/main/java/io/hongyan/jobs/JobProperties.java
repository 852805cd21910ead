package io.hongyan.jobs;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How scheduled jobs are run.
 *
 * @param enabled whether this instance runs any; off = another one must
 * @param poll how often due jobs are looked for, so how late one may begin
 * @param lockAtMost how long the job of a dead instance waits for another one. A living instance
 *     extends its lock three times in it, so it says nothing about how long a job may take; shorter
 *     loses the lock in shorter outages of the database
 */
@Validated
@ConfigurationProperties("hongyan.jobs")
record JobProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("2s") @DurationMin(millis = 1) Duration poll,
    @DefaultValue("3m") @DurationMin(millis = 100) Duration lockAtMost) {}
