package io.hongyan.gateway.inbox;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the in-app inbox.
 *
 * @param syncInterval how long after a sync an active person is left alone; an explicit open
 *     ignores it
 * @param lockTtl how long a gateway may work on one person; if it dies, others wait so long. Longer
 *     than a commit takes
 * @param recentUsers people remembered here as synced lately, so that not even Redis is asked
 * @param maxGroup most people whose copies are written in one commit
 * @param maxWaiting most people whose copies wait to be written; beyond it they are left to the
 *     next time they show up
 * @param eventGroup most active-user events that are looked at together
 * @param eventsEnabled whether this gateway takes active-user events from the queue
 * @param fallbackPoll how often messages are looked for that WeChat could not bring
 * @param retention how long announcements that are over, with their copies, and messages that
 *     WeChat could not bring are kept
 * @param maxSegmentMembers most lines of an uploaded segment, repeated uids included
 */
@Validated
@ConfigurationProperties("hongyan.inbox")
record InboxProperties(
    @DefaultValue("15m") @DurationMin(seconds = 1) Duration syncInterval,
    @DefaultValue("10s") @DurationMin(millis = 100) Duration lockTtl,
    @DefaultValue("100000") @Min(0) int recentUsers,
    @DefaultValue("500") @Min(1) @Max(10_000) int maxGroup,
    @DefaultValue("10000") @Min(1) int maxWaiting,
    @DefaultValue("500") @Min(1) @Max(10_000) int eventGroup,
    @DefaultValue("true") boolean eventsEnabled,
    @DefaultValue("2s") @DurationMin(millis = 10) Duration fallbackPoll,
    @DefaultValue("180d") @DurationMin(days = 1) Duration retention,
    @DefaultValue("2000000") @Min(1) @Max(100_000_000) int maxSegmentMembers) {}
