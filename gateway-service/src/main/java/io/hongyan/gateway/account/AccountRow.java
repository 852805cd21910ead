package io.hongyan.gateway.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of {@code account}, without the secret. */
record AccountRow(
    String id,
    String name,
    String appId,
    @Nullable Integer ratePerSecond,
    Integer maxInFlight,
    Boolean enabled,
    Boolean paused,
    @Nullable String gateReason,
    @Nullable Instant gateUntil,
    @Nullable Instant gateSince,
    @Nullable String gateEvidence,
    @Nullable Instant gateOpenedAt,
    Instant createdAt,
    Instant updatedAt) {

  Account toAccount() {
    Account.Gate gate =
        gateReason == null || gateSince == null
            ? null
            : new Account.Gate(gateReason, gateUntil, gateSince, gateEvidence);
    return new Account(
        id,
        name,
        appId,
        ratePerSecond,
        maxInFlight,
        enabled,
        paused,
        gate,
        gateOpenedAt,
        createdAt,
        updatedAt);
  }
}
