package io.hongyan.simulator.quota;

import java.time.Instant;

/**
 * Everything that WeChat counts against a limit.
 *
 * @param sends template sends, refused beyond their limits
 * @param calls the other calls, counted only
 * @param clears of both, refused beyond so many a month
 */
public record Quotas(SendQuota sends, CallCounts calls, QuotaClears clears) {

  public static Quotas unused() {
    return new Quotas(new SendQuota(), new CallCounts(), new QuotaClears());
  }

  /**
   * Begins the account's day anew, minutes and other accounts untouched.
   *
   * @return false when it has done so {@code perMonth} times this month; nothing is cleared then
   */
  public boolean clearDay(String appid, Instant now, int perMonth) {
    if (!clears.claim(appid, now, perMonth)) {
      return false;
    }
    sends.clearDay(appid);
    calls.clear(appid);
    return true;
  }

  public void reset() {
    sends.reset();
    calls.reset();
    clears.reset();
  }
}
