package io.hongyan.sender.gate;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long the system keeps an account stopped by itself.
 *
 * @param probeInterval pause between two probes while WeChat's quota counter disagrees with its
 *     answers
 * @param tokenTroublePause pause after three refused tokens in a row
 */
@Validated
@ConfigurationProperties("hongyan.gate")
record GateProperties(
    @DefaultValue("10m") @DurationMin(millis = 1) Duration probeInterval,
    @DefaultValue("1m") @DurationMin(millis = 1) Duration tokenTroublePause) {}
