package io.hongyan.gateway.account;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An account as the API shows it; the secret is not in it. */
record AccountView(
    String id,
    String name,
    String appId,
    @Nullable Integer ratePerSecond,
    int maxInFlight,
    boolean enabled,
    boolean paused,
    Account.@Nullable Gate gate,
    @Nullable QuietHoursText quietHours,
    @Nullable Integer dailyCap,
    Map<String, String> testers,
    @Nullable Instant followersSyncedAt,
    Instant createdAt,
    Instant updatedAt) {

  static AccountView of(AccountRow row) {
    Account account = row.toAccount();
    return new AccountView(
        account.id(),
        account.name(),
        account.appId(),
        account.ratePerSecond(),
        account.maxInFlight(),
        account.enabled(),
        account.paused(),
        account.gate(),
        QuietHoursText.of(account.quietHours()),
        account.dailyCap(),
        account.testers(),
        account.followersSyncedAt(),
        account.createdAt(),
        account.updatedAt());
  }
}
