package io.hongyan.gateway.account;

import io.hongyan.common.account.QuietHours;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A WeChat service account, without its secret.
 *
 * @param id the caller's own name for it, e.g. {@code mall}
 * @param ratePerSecond calls to WeChat a second, all senders together; null = no limit
 * @param maxInFlight calls to WeChat at once, per sender
 * @param paused a person stopped sending
 * @param gate the system stopped sending; null = open. As of the last reload: senders close gates
 *     without telling, so who decides by it reads the database
 * @param gateOpenedAt when the last gate or pause ended
 * @param quietHours when the normal lane waits; null = never
 * @param dailyCap most messages a person gets on a day of Asia/Shanghai; null = no limit
 * @param testers names of testers and their openids, by name; unmodifiable
 * @param followersSyncedAt when a whole sync of its followers last ended; null = never, so the
 *     followers are not known. As of the last reload, like the gate
 */
public record Account(
    String id,
    String name,
    String appId,
    @Nullable Integer ratePerSecond,
    int maxInFlight,
    boolean enabled,
    boolean paused,
    @Nullable Gate gate,
    @Nullable Instant gateOpenedAt,
    @Nullable QuietHours quietHours,
    @Nullable Integer dailyCap,
    Map<String, String> testers,
    @Nullable Instant followersSyncedAt,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * Why an account is not sending.
   *
   * @param until when it opens by itself; null = a person must resume the account
   * @param evidence what WeChat said
   */
  public record Gate(
      String reason, @Nullable Instant until, Instant since, @Nullable String evidence) {

    /** Whether it keeps messages back at that moment. */
    public boolean isClosed(Instant now) {
      return until == null || now.isBefore(until);
    }
  }

  /** Whether messages may go out at that moment. */
  public boolean isOpen(Instant now) {
    return enabled && !paused && (gate == null || !gate.isClosed(now));
  }
}
