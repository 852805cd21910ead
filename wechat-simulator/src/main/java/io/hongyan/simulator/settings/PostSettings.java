package io.hongyan.simulator.settings;

import java.time.Duration;

/**
 * How accounts' callbacks are called.
 *
 * @param timeout how long an answer may take; the next try begins that long after the one before
 * @param tries how often the same thing is posted at most
 * @param atOnce receipts and follow events under way at once
 */
public record PostSettings(Duration timeout, int tries, int atOnce) {

  /** WeChat's 5 seconds and three tries in all (wechat-api 6.3). */
  public static final PostSettings DEFAULTS = new PostSettings(Duration.ofSeconds(5), 3, 100);
}
