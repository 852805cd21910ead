package io.hongyan.gateway.wechat;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * WeChat's counter of an account's sends: a row of {@code account_quota}, the sender's answer and
 * ours.
 *
 * @param dailyLimit sends a day
 * @param callCount sends that WeChat allows in {@code refreshSeconds}; null where it does not say
 * @param readAt when the sender asked WeChat
 */
record Quota(
    Long dailyLimit,
    Long used,
    Long remain,
    @Nullable Long callCount,
    @Nullable Long refreshSeconds,
    Instant readAt) {

  Quota {
    Objects.requireNonNull(dailyLimit);
    Objects.requireNonNull(used);
    Objects.requireNonNull(remain);
    Objects.requireNonNull(readAt);
  }
}
