package io.hongyan.simulator.settings;

import java.time.Duration;

/**
 * How the simulator behaves towards every account; changed over {@code PUT /_sim/settings}.
 *
 * @param latency how long every WeChat call takes at least
 * @param jitter a call takes up to this much longer, evenly spread
 * @param clientMsgIdWindow how long a repeat of openid and {@code client_msg_id} is dropped
 * @param tokenOverlap how long a replaced token of {@code /cgi-bin/token} still works
 * @param dailyLimit sends an account may ask for in a day of Asia/Shanghai
 * @param perMinuteLimit sends an account may ask for in a clock minute
 * @param followersPerPage openids that a page of followers, or of a tag's carriers, holds at most
 * @param clearQuotaPerMonth how often an account may clear its quotas in a month of Asia/Shanghai
 * @param receipts what accounts are told of their messages
 * @param posts how they are told
 */
public record Settings(
    Duration latency,
    Duration jitter,
    Duration clientMsgIdWindow,
    Duration tokenOverlap,
    long dailyLimit,
    long perMinuteLimit,
    int followersPerPage,
    int clearQuotaPerMonth,
    ReceiptSettings receipts,
    PostSettings posts) {

  /** No page of WeChat's is larger. */
  public static final int LARGEST_FOLLOWERS_PER_PAGE = 10_000;

  /**
   * No latency, WeChat's windows, its reported minute quota, and a daily quota that no load test
   * reaches: WeChat's own 100,000 grows with the followers and would end a benchmark in seconds.
   */
  public static final Settings DEFAULTS =
      new Settings(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMinutes(10),
          Duration.ofMinutes(5),
          100_000_000,
          4_200_000,
          LARGEST_FOLLOWERS_PER_PAGE,
          10,
          ReceiptSettings.DEFAULTS,
          PostSettings.DEFAULTS);
}
