package io.hongyan.sender.account;

import io.hongyan.common.account.QuietHours;
import io.hongyan.common.message.Lane;
import io.hongyan.common.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An account as of the last reading of PostgreSQL.
 *
 * @param appSecret null if it was not encrypted under this process' master key
 * @param ratePerSecond calls a second of all senders together; null = no limit
 * @param maxInFlight calls to WeChat at once, of this sender
 * @param gate why the system stopped sending; null = it did not
 * @param slowedTo calls a second after WeChat said too fast; null = never, or grown back
 * @param quietHours when the normal lane waits; null = never
 */
public record SenderAccount(
    String id,
    String appId,
    @Nullable Secret appSecret,
    @Nullable Integer ratePerSecond,
    int maxInFlight,
    boolean enabled,
    boolean paused,
    @Nullable Gate gate,
    @Nullable Integer slowedTo,
    @Nullable Instant slowedAt,
    @Nullable QuietHours quietHours) {

  // After a slow-down the rate grows by a tenth of it every minute, so it has doubled after ten.
  private static final Duration GROWTH = Duration.ofMinutes(10);

  /** Whether messages may be sent at this moment. */
  public boolean isOpen(Instant now) {
    return enabled && !paused && (gate == null || gate.isOver(now) && !gate.needsProbe());
  }

  /** Whether the lane's messages may be sent at this moment: normal ones wait in quiet hours. */
  public boolean isOpen(Instant now, Lane lane) {
    return isOpen(now) && !isQuiet(now, lane);
  }

  /** Whether the lane's messages wait for the end of the quiet hours. */
  public boolean isQuiet(Instant now, Lane lane) {
    return lane == Lane.NORMAL && quietHours != null && quietHours.isQuiet(now);
  }

  /**
   * Calls a second allowed now: the setting, or less for a while after WeChat said too fast; empty
   * = no limit.
   */
  public Optional<Integer> effectiveRate(Instant now) {
    if (slowedTo == null || slowedAt == null) {
      return Optional.ofNullable(ratePerSecond);
    }
    double grown =
        1 + Math.max(0, Duration.between(slowedAt, now).toMillis()) / (double) GROWTH.toMillis();
    // Twice the slowed rate is where the account was when WeChat complained.
    if (grown >= 2) {
      return Optional.ofNullable(ratePerSecond);
    }
    int slowed = Math.max(1, (int) (slowedTo * grown));
    return Optional.of(ratePerSecond == null ? slowed : Math.min(slowed, ratePerSecond));
  }

  /**
   * Why the system stopped sending.
   *
   * @param until when it opens by itself; null = a person must resume the account
   */
  public record Gate(String reason, @Nullable Instant until, Instant since) {

    /** The reason of a gate that opens only when a single message, the probe, got through. */
    public static final String UNCONFIRMED_QUOTA = "daily-quota-unconfirmed";

    /** Whether a person must open it, until when WeChat may give the account no token. */
    public boolean needsPerson() {
      return until == null;
    }

    /** Whether only a successful probe opens it. */
    public boolean needsProbe() {
      return reason.equals(UNCONFIRMED_QUOTA);
    }

    /** Whether its time is over. */
    public boolean isOver(Instant now) {
      return until != null && !now.isBefore(until);
    }
  }
}
