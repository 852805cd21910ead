package io.hongyan.simulator.control;

import io.hongyan.simulator.settings.PostSettings;
import io.hongyan.simulator.settings.ReceiptSettings;
import io.hongyan.simulator.settings.Settings;
import java.time.Duration;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and shows settings as {@code PUT /_sim/settings} has them, units in the names. */
final class SettingsInput {

  private static final long LONGEST_LATENCY_MILLIS = Duration.ofHours(1).toMillis();
  private static final long LONGEST_WINDOW_SECONDS = Duration.ofDays(365).toSeconds();

  private static final int MOST_COPIES = 10;
  private static final int MOST_TRIES = 10;
  private static final int MOST_AT_ONCE = 10_000;

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
            "clearQuotaPerMonth",
            "receipts",
            "receiptDelayMs",
            "receiptsInOrder",
            "receiptCopies",
            "receiptMsgidZeroShare",
            "userBlockShare",
            "systemFailedShare",
            "callbackTimeoutMs",
            "callbackTries",
            "callbacksAtOnce"));
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
        count(input, "clearQuotaPerMonth", 0, Integer.MAX_VALUE, set.clearQuotaPerMonth()),
        mergeReceipts(input, set.receipts()),
        mergePosts(input, set.posts()));
  }

  private static ReceiptSettings mergeReceipts(ControlInput input, ReceiptSettings set) {
    ReceiptSettings merged =
        new ReceiptSettings(
            flag(input, "receipts", set.enabled()),
            millis(input, "receiptDelayMs", set.delay()),
            flag(input, "receiptsInOrder", set.inOrder()),
            count(input, "receiptCopies", 1, MOST_COPIES, set.copies()),
            share(input, "receiptMsgidZeroShare", set.msgidZeroShare()),
            share(input, "userBlockShare", set.userBlockShare()),
            share(input, "systemFailedShare", set.systemFailedShare()));
    if (merged.userBlockShare() + merged.systemFailedShare() > 1) {
      throw new BadControlException(
          input.node().has("systemFailedShare") ? "systemFailedShare" : "userBlockShare",
          "must not be more than 1 with the other");
    }
    return merged;
  }

  private static PostSettings mergePosts(ControlInput input, PostSettings set) {
    return new PostSettings(
        input.node().has("callbackTimeoutMs")
            ? Duration.ofMillis(input.get("callbackTimeoutMs").number(1, LONGEST_LATENCY_MILLIS))
            : set.timeout(),
        count(input, "callbackTries", 1, MOST_TRIES, set.tries()),
        count(input, "callbacksAtOnce", 1, MOST_AT_ONCE, set.atOnce()));
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
        .put("clearQuotaPerMonth", settings.clearQuotaPerMonth())
        .put("receipts", settings.receipts().enabled())
        .put("receiptDelayMs", settings.receipts().delay().toMillis())
        .put("receiptsInOrder", settings.receipts().inOrder())
        .put("receiptCopies", settings.receipts().copies())
        .put("receiptMsgidZeroShare", settings.receipts().msgidZeroShare())
        .put("userBlockShare", settings.receipts().userBlockShare())
        .put("systemFailedShare", settings.receipts().systemFailedShare())
        .put("callbackTimeoutMs", settings.posts().timeout().toMillis())
        .put("callbackTries", settings.posts().tries())
        .put("callbacksAtOnce", settings.posts().atOnce());
  }

  private static boolean flag(ControlInput input, String name, boolean set) {
    return input.node().has(name) ? input.get(name).flag() : set;
  }

  private static double share(ControlInput input, String name, double set) {
    return input.node().has(name) ? input.get(name).share() : set;
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
