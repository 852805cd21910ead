package io.hongyan.gateway.account;

import io.hongyan.common.account.QuietHours;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * One row of {@code account}, without the secret.
 *
 * @param testers a JSON object
 */
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
    @Nullable LocalTime quietFrom,
    @Nullable LocalTime quietTo,
    @Nullable String quietZone,
    @Nullable Integer dailyCap,
    String testers,
    @Nullable Instant followersSyncedAt,
    Instant createdAt,
    Instant updatedAt) {

  private static final TypeReference<TreeMap<String, String>> NAMES_AND_OPENIDS =
      new TypeReference<>() {};

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
        quietHours(),
        dailyCap,
        namesAndOpenids(),
        followersSyncedAt,
        createdAt,
        updatedAt);
  }

  private @Nullable QuietHours quietHours() {
    return quietFrom == null || quietTo == null || quietZone == null
        ? null
        : new QuietHours(quietFrom, quietTo, ZoneId.of(quietZone));
  }

  private Map<String, String> namesAndOpenids() {
    return Collections.unmodifiableMap(JsonMapper.shared().readValue(testers, NAMES_AND_OPENIDS));
  }
}
