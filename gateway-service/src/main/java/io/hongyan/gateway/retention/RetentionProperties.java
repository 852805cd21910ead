package io.hongyan.gateway.retention;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long things are kept.
 *
 * @param retention batches with all that belongs to them, by month, and dead letters; shorter needs
 *     less disk, longer answers questions about older messages
 */
@Validated
@ConfigurationProperties("hongyan")
record RetentionProperties(@DefaultValue("180d") @DurationMin(days = 1) Duration retention) {}
