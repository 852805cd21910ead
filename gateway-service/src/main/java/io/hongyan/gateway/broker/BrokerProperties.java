package io.hongyan.gateway.broker;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How to reach RabbitMQ.
 *
 * @param url see {@link io.hongyan.common.broker.BrokerAddress}; HONGYAN_RABBITMQ_URL
 * @param heartbeat a silent broker is taken for dead after two of them
 * @param connectionTimeout longest wait for a connection
 * @param answerTimeout longest wait for the answer to a declaration, a subscription and the like
 */
@Validated
@ConfigurationProperties("hongyan.broker")
record BrokerProperties(
    String url,
    @DefaultValue("10s") @DurationMin(seconds = 1) Duration heartbeat,
    @DefaultValue("5s") @DurationMin(millis = 100) Duration connectionTimeout,
    @DefaultValue("10s") @DurationMin(millis = 100) Duration answerTimeout) {}
