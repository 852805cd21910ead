package io.hongyan.sender.sync;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.time.ZoneId;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When followers, templates and quotas are read from WeChat.
 *
 * @param followersCron when all accounts' followers and tags are read (second minute hour
 *     day-of-month month day-of-week)
 * @param templatesCron when all accounts' templates are read
 * @param zone in which these moments are meant
 * @param lookInterval how often a sender looks whether somebody wants a follower sync
 * @param atOnce accounts whose followers one sender reads at the same time
 * @param lease how long a sender that died keeps an account's follower sync from the others; longer
 *     than a page may take
 * @param firstPause pause after a failed page of followers; doubles with each failure
 * @param longestPause longest such pause; WeChat allows 500 pages a day
 * @param quotaInterval how often the quota of an account that sends is read
 */
@Validated
@ConfigurationProperties("hongyan.sync")
record SyncProperties(
    @DefaultValue("0 30 3 * * *") String followersCron,
    @DefaultValue("0 10 3 * * *") String templatesCron,
    @DefaultValue("Asia/Shanghai") ZoneId zone,
    @DefaultValue("5s") @DurationMin(millis = 1) Duration lookInterval,
    @DefaultValue("2") @Min(1) int atOnce,
    @DefaultValue("2m") @DurationMin(seconds = 1) Duration lease,
    @DefaultValue("30s") @DurationMin(millis = 1) Duration firstPause,
    @DefaultValue("15m") @DurationMin(millis = 1) Duration longestPause,
    @DefaultValue("5m") @DurationMin(millis = 1) Duration quotaInterval) {

  /** How long to wait after so many failures in a row, from 1. */
  Duration pauseAfter(int failures) {
    Duration pause = firstPause;
    for (int failure = 1; failure < failures && pause.compareTo(longestPause) < 0; failure++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(longestPause) < 0 ? pause : longestPause;
  }
}
