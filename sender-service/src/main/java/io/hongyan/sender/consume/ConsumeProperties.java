package io.hongyan.sender.consume;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the sender works with RabbitMQ.
 *
 * @param reloadInterval how often accounts, gates, pauses and cancellations are read again; events
 *     only make it faster
 * @param renewInterval how long a consumer lives before another takes its place
 * @param confirmTimeout longest wait for the broker's confirm of a message that is given back
 * @param drainTimeout how long a stopping sender waits for the calls in flight
 */
@Validated
@ConfigurationProperties("hongyan.consume")
record ConsumeProperties(
    @DefaultValue("5s") @DurationMin(millis = 1) Duration reloadInterval,
    @DefaultValue("5m") @DurationMin(seconds = 1) Duration renewInterval,
    @DefaultValue("10s") @DurationMin(millis = 1) Duration confirmTimeout,
    @DefaultValue("20s") @DurationMin(millis = 1) Duration drainTimeout) {}
