package io.hongyan.chaos.load;

import org.jspecify.annotations.Nullable;

/**
 * How fast an account sends.
 *
 * @param ratePerSecond calls to WeChat a second; null = no limit
 * @param maxInFlight calls to WeChat at once, per sender; null = the product's default
 */
public record AccountSettings(@Nullable Integer ratePerSecond, @Nullable Integer maxInFlight) {

  public static final AccountSettings DEFAULTS = new AccountSettings(null, null);

  public static AccountSettings rate(int ratePerSecond) {
    return new AccountSettings(ratePerSecond, null);
  }
}
