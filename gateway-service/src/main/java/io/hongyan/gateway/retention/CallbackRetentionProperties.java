package io.hongyan.gateway.retention;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long what followers say is kept.
 *
 * @param retention their messages and events with our answers, by day; shorter keeps less of what
 *     is private, longer answers questions about older conversations
 */
@Validated
@ConfigurationProperties("hongyan.callback")
record CallbackRetentionProperties(
    @DefaultValue("30d") @DurationMin(days = 1) Duration retention) {}
