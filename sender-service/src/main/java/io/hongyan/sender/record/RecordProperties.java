package io.hongyan.sender.record;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How starts and outcomes are committed in groups.
 *
 * @param linger how long the first of a group waits for others; 0 costs a commit a message
 * @param maxGroup most rows in one commit
 */
@Validated
@ConfigurationProperties("hongyan.record")
record RecordProperties(
    @DefaultValue("2ms") @DurationMin(millis = 0) Duration linger,
    @DefaultValue("500") int maxGroup) {}
