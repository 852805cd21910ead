package io.hongyan.gateway.account;

import java.time.Instant;
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
        account.createdAt(),
        account.updatedAt());
  }
}
