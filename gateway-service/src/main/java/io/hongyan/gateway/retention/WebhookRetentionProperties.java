package io.hongyan.gateway.retention;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long webhook deliveries are kept.
 *
 * @param retention those that are over; shorter needs less disk, longer can be looked at and
 *     replayed longer
 */
@Validated
@ConfigurationProperties("hongyan.webhook")
record WebhookRetentionProperties(@DefaultValue("30d") @DurationMin(days = 1) Duration retention) {}
