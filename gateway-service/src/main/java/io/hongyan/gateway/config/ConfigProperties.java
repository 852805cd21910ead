package io.hongyan.gateway.config;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How soon a change is seen on every gateway.
 *
 * @param reloadInterval everything is read again this often, in case an event was lost
 * @param missInterval something not found is looked for in the database at most this often
 * @param reconnectDelay wait between attempts to reach a broker that is away
 * @param publishTimeout longest wait for the broker to confirm an event; a request waits for it
 */
@Validated
@ConfigurationProperties("hongyan.config")
public record ConfigProperties(
    @DefaultValue("1m") @DurationMin(millis = 100) Duration reloadInterval,
    @DefaultValue("1s") @DurationMin(millis = 1) Duration missInterval,
    @DefaultValue("1s") @DurationMin(millis = 10) Duration reconnectDelay,
    @DefaultValue("1s") @DurationMin(millis = 10) Duration publishTimeout) {}
