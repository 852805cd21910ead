package io.hongyan.chaos.load;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A batch to be submitted; sent again byte for byte with the same key until it is answered.
 *
 * @param expireAt null = never
 * @param ratePerSecond of this batch; null = no limit
 */
public record Submission(
    ChaosAccount account,
    Recipients recipients,
    String idempotencyKey,
    BodyFormat format,
    boolean urgent,
    @Nullable Instant expireAt,
    @Nullable Integer ratePerSecond) {

  /** A normal batch without expiry or limit. */
  public static Submission of(
      ChaosAccount account, Recipients recipients, String idempotencyKey, BodyFormat format) {
    return new Submission(account, recipients, idempotencyKey, format, false, null, null);
  }

  public Submission asUrgent() {
    return new Submission(
        account, recipients, idempotencyKey, format, true, expireAt, ratePerSecond);
  }

  public Submission expiring(Instant at) {
    return new Submission(account, recipients, idempotencyKey, format, urgent, at, ratePerSecond);
  }

  /**
   * The same with a limit of its own.
   *
   * @param perSecond messages of this batch a second
   */
  public Submission limitedTo(int perSecond) {
    return new Submission(account, recipients, idempotencyKey, format, urgent, expireAt, perSecond);
  }
}
