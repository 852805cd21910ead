package io.hongyan.gateway.account;

import io.hongyan.common.account.QuietHours;
import java.time.LocalTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What a person sets of an account, checked; the secret travels apart, encrypted. */
record AccountSettings(
    String id,
    String name,
    String appId,
    @Nullable Integer ratePerSecond,
    int maxInFlight,
    boolean enabled,
    @Nullable QuietHours quietHours,
    @Nullable Integer dailyCap,
    Map<String, String> testers) {

  @Nullable LocalTime quietFrom() {
    return quietHours == null ? null : quietHours.from();
  }

  @Nullable LocalTime quietTo() {
    return quietHours == null ? null : quietHours.to();
  }

  @Nullable String quietZone() {
    return quietHours == null ? null : quietHours.zone().getId();
  }

  String testersJson() {
    return JsonMapper.shared().writeValueAsString(testers);
  }
}
