package io.hongyan.simulator.control;

import io.hongyan.simulator.settings.Settings;
import java.time.Duration;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and shows settings as {@code PUT /_sim/settings} has them, units in the names. */
final class SettingsInput {

  private static final long LONGEST_LATENCY_MILLIS = Duration.ofHours(1).toMillis();
  private static final long LONGEST_WINDOW_SECONDS = Duration.ofDays(365).toSeconds();

  private SettingsInput() {}

  /** What is named replaces what is set; the rest stays. */
  static Settings merge(ControlInput input, Settings set) {
    input.asObject(
        Set.of(
            "latencyMs",
            "jitterMs",
            "clientMsgIdWindowSeconds",
            "tokenOverlapSeconds",
            "dailyLimit",
            "perMinuteLimit",
            "followersPerPage",
            "clearQuotaPerMonth"));
    return new Settings(
        millis(input, "latencyMs", set.latency()),
        millis(input, "jitterMs", set.jitter()),
        seconds(input, "clientMsgIdWindowSeconds", set.clientMsgIdWindow()),
        seconds(input, "tokenOverlapSeconds", set.tokenOverlap()),
        limit(input, "dailyLimit", set.dailyLimit()),
        limit(input, "perMinuteLimit", set.perMinuteLimit()),
        count(
            input,
            "followersPerPage",
            1,
            Settings.LARGEST_FOLLOWERS_PER_PAGE,
            set.followersPerPage()),
        count(input, "clearQuotaPerMonth", 0, Integer.MAX_VALUE, set.clearQuotaPerMonth()));
  }

  static ObjectNode show(Settings settings) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("latencyMs", settings.latency().toMillis())
        .put("jitterMs", settings.jitter().toMillis())
        .put("clientMsgIdWindowSeconds", settings.clientMsgIdWindow().toSeconds())
        .put("tokenOverlapSeconds", settings.tokenOverlap().toSeconds())
        .put("dailyLimit", settings.dailyLimit())
        .put("perMinuteLimit", settings.perMinuteLimit())
        .put("followersPerPage", settings.followersPerPage())
        .put("clearQuotaPerMonth", settings.clearQuotaPerMonth());
  }

  private static Duration millis(ControlInput input, String name, Duration set) {
    return input.node().has(name)
        ? Duration.ofMillis(input.get(name).number(0, LONGEST_LATENCY_MILLIS))
        : set;
  }

  private static Duration seconds(ControlInput input, String name, Duration set) {
    return input.node().has(name)
        ? Duration.ofSeconds(input.get(name).number(0, LONGEST_WINDOW_SECONDS))
        : set;
  }

  private static long limit(ControlInput input, String name, long set) {
    return input.node().has(name) ? input.get(name).number(0, Long.MAX_VALUE) : set;
  }

  private static int count(ControlInput input, String name, int min, int max, int set) {
    return input.node().has(name) ? (int) input.get(name).number(min, max) : set;
  }
}
