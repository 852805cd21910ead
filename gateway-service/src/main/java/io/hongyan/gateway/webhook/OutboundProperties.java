package io.hongyan.gateway.webhook;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the gateway calls addresses that callers have configured.
 *
 * @param allowPrivateAddresses whether they may be in the company's own network; then whoever may
 *     set a webhook can make the gateway post to any server that it reaches
 * @param connectTimeout longest wait for the address of a host, and then for a connection to it
 * @param connectionsPerHost at once; fewer than what is posted at once (forwards of an account,
 *     webhooks) make others wait for a slow host's answers
 * @param connections at once to all hosts
 */
@Validated
@ConfigurationProperties("hongyan.outbound")
record OutboundProperties(
    @DefaultValue("false") boolean allowPrivateAddresses,
    @DefaultValue("3s") @DurationMin(millis = 1) Duration connectTimeout,
    @DefaultValue("1000") @Positive int connectionsPerHost,
    @DefaultValue("2000") @Positive int connections) {}
