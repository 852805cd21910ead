package io.hongyan.gateway.callback;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How followers' messages are answered.
 *
 * @param answerWithin how long after its arrival a request of WeChat's is answered at the latest;
 *     WeChat waits 5 s (wechat-api 6.3), the network's share included
 * @param lease how long a run counts as alive without a sign of life from its gateway; renewed
 *     every quarter of it
 * @param keep how long a result is kept for WeChat's retries
 * @param redisTimeout longest wait for Redis, for a connection and for an answer each
 * @param regexTimeout longest time that a regular expression may take for one message; all of them
 *     together take ten times as long at most, which must leave time to answer
 * @param forwardTimeout longest wait for an internal system's answer; WeChat hears nothing any more
 *     14.5 s after the message came, the default rule included
 * @param forwardsAtOnce messages of one account that wait for its internal system at once, per
 *     gateway
 */
@Validated
@ConfigurationProperties("hongyan.reply")
record ReplyProperties(
    @DefaultValue("4500ms") @DurationMin(millis = 10) @DurationMax(millis = 4900)
        Duration answerWithin,
    @DefaultValue("2s") @DurationMin(millis = 40) @DurationMax(seconds = 2) Duration lease,
    @DefaultValue("60s") @DurationMin(seconds = 1) Duration keep,
    @DefaultValue("300ms") @DurationMin(millis = 10) Duration redisTimeout,
    @DefaultValue("100ms") @DurationMin(millis = 1) @DurationMax(millis = 400)
        Duration regexTimeout,
    @DefaultValue("13s") @DurationMin(millis = 10) Duration forwardTimeout,
    @DefaultValue("1000") @Min(1) int forwardsAtOnce) {

  /** WeChat asks three times in all (wechat-api 6.3). */
  static final int TRIES = 3;

  /** Refuses settings under which a retry could not find what its message had before. */
  ReplyProperties {
    if (keep.compareTo(answerWithin.multipliedBy(TRIES)) < 0
        || keep.compareTo(forwardTimeout) <= 0) {
      throw new IllegalArgumentException(
          "hongyan.reply.keep (%s) must be above forward-timeout (%s) and at least %d times answer-within (%s)"
              .formatted(keep, forwardTimeout, TRIES, answerWithin));
    }
    if (lease.compareTo(answerWithin) >= 0) {
      throw new IllegalArgumentException(
          "hongyan.reply.lease (%s) must be below answer-within (%s), or no retry outlives a dead gateway's run"
              .formatted(lease, answerWithin));
    }
  }

  /** Longest time that all regular expressions together may take for one message. */
  Duration regexesTimeout() {
    return regexTimeout.multipliedBy(10);
  }

  /** How long Redis must be away until a gateway goes by itself; time to answer is left then. */
  Duration redisPatience() {
    return Collections.min(List.of(Duration.ofMillis(1_200), answerWithin.dividedBy(3)));
  }

  /** How often a run's gateway gives a sign of life. */
  Duration renewal() {
    return lease.dividedBy(4);
  }

  /** Longest pause between looks at a run of another gateway. */
  Duration look() {
    return lease.dividedBy(10);
  }

  /** How long a run may take until WeChat surely asks no more. */
  Duration allTries() {
    return answerWithin.multipliedBy(TRIES + 1L);
  }
}
