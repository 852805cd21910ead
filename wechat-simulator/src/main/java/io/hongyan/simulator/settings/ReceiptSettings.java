package io.hongyan.simulator.settings;

import java.time.Duration;

/**
 * What becomes of accepted messages, and how their accounts are told.
 *
 * @param enabled whether an account with a callback gets a receipt for each message accepted
 * @param delay how long after the acceptance the job finishes
 * @param inOrder false: posted in an order of chance, see {@link #SHUFFLE_WINDOW}
 * @param copies how many times each is posted
 * @param msgidZeroShare share of the receipts, 0 to 1, whose {@code MsgID} is 0
 * @param userBlockShare share of {@code failed:user block}
 * @param systemFailedShare share of {@code failed: system failed}; the rest is {@code success}
 */
public record ReceiptSettings(
    boolean enabled,
    Duration delay,
    boolean inOrder,
    int copies,
    double msgidZeroShare,
    double userBlockShare,
    double systemFailedShare) {

  /** A shuffled receipt waits for a time of chance up to this one: at 2,000/s among 4,000. */
  public static final Duration SHUFFLE_WINDOW = Duration.ofSeconds(2);

  public static final ReceiptSettings DEFAULTS =
      new ReceiptSettings(true, Duration.ZERO, true, 1, 0, 0, 0);
}
