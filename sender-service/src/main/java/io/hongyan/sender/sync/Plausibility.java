package io.hongyan.sender.sync;

import org.jspecify.annotations.Nullable;

/** Whether what WeChat lists can be believed, before anybody or a tag is taken away for it. */
final class Plausibility {

  /** Followers come and go while they are listed: so few missing, or a hundredth, are no wonder. */
  private static final int SLACK = 10;

  private static final int MOST_SLACK = 1_000;

  private Plausibility() {}

  /** Whether too many of those whom WeChat counts were not listed. */
  static boolean isClearlyFewer(int listed, int total) {
    return listed < total - slack(total);
  }

  // Less than a page of 10,000, or a lost one would not be noticed.
  private static int slack(int total) {
    return Math.max(SLACK, Math.min(total / 100, MOST_SLACK));
  }

  /** Whether half of what is known would go: WeChat agrees with itself when it is mistaken, too. */
  static boolean isDoubtful(Counted counted) {
    return counted.unseen() > counted.seen() && counted.unseen() + counted.seen() > SLACK;
  }

  /**
   * Whether the run before was told nearly the same.
   *
   * @param doubted how many it was told of, if it did not believe that; null = it had no doubt
   */
  static boolean isConfirmed(@Nullable Integer doubted, int seen) {
    return doubted != null && Math.abs(doubted - seen) <= slack(doubted);
  }
}
