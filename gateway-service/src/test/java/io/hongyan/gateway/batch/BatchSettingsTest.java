package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.common.message.Lane;
import io.hongyan.common.message.PushMessage.MiniProgram;
import io.hongyan.gateway.web.ProblemException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSettingsTest {

  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

  @Test
  void readsEverySetting() {
    BatchSettings settings =
        of(
            Map.ofEntries(
                Map.entry("account", "mall"),
                Map.entry("template", "order-paid"),
                Map.entry("url", "https://x"),
                Map.entry("miniprogramAppid", "wx1"),
                Map.entry("miniprogramPagepath", "index?a=1"),
                Map.entry("sendAt", "2026-12-01T09:00:00+08:00"),
                Map.entry("expireAt", "2026-12-01T02:00:00Z"),
                Map.entry("priority", "urgent"),
                Map.entry("ratePerSecond", "200"),
                Map.entry("uniqueRecipients", "true"),
                Map.entry("overflow", "shorten"),
                Map.entry("fallback", "inbox")));

    assertThat(settings)
        .isEqualTo(
            new BatchSettings(
                "mall",
                "order-paid",
                "https://x",
                new MiniProgram("wx1", "index?a=1"),
                Instant.parse("2026-12-01T01:00:00Z"),
                Instant.parse("2026-12-01T02:00:00Z"),
                Lane.URGENT,
                200,
                true,
                true,
                true));
  }

  @Test
  void hasDefaults() {
    BatchSettings settings = of(Map.of("account", "mall", "template", "t"));

    assertThat(settings)
        .isEqualTo(
            new BatchSettings(
                "mall", "t", null, null, null, null, Lane.NORMAL, null, false, false, false));
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense, 1, 400",
    "sendAt, 2026-12-01T09:00:00, 400",
    "sendAt, tomorrow, 400",
    "sendAt, +12345-01-01T00:00:00Z, 422",
    "expireAt, 2026-12-01T00:00:00Z, 422",
    "expireAt, 2026-11-30T00:00:00Z, 422",
    "priority, high, 400",
    "priority, URGENT, 400",
    "ratePerSecond, 0, 422",
    "ratePerSecond, -1, 422",
    "ratePerSecond, 100001, 422",
    "ratePerSecond, 1.5, 400",
    "ratePerSecond, '', 400",
    "ratePerSecond, 99999999999, 400",
    "uniqueRecipients, yes, 400",
    "overflow, cut, 400",
    "fallback, sms, 400",
    "url, ftp://x, 422",
    "url, '', 422",
    "miniprogramPagepath, index, 422",
    "miniprogramAppid, '', 422",
  })
  void refuses(String name, String value, int status) {
    assertThatThrownBy(() -> of(Map.of(name, value)))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.status().value()).isEqualTo(status))
        .hasMessageContaining("'" + name + "'");
  }

  @Test
  void refusesToExpireBeforeItIsSent() {
    assertThatThrownBy(
            () -> of(Map.of("sendAt", "2027-01-01T00:00:00Z", "expireAt", "2026-12-31T00:00:00Z")))
        .hasMessageContaining("must be after 'sendAt'");
  }

  @Test
  void refusesARepeatedParameter() {
    assertThatThrownBy(() -> SettingsForm.ofQuery(Map.of("account", List.of("a", "b"))))
        .hasMessageContaining("'account' is given more than once");
  }

  @Test
  void writesSettingsTheSameInAnyOrder() {
    SettingsForm form =
        SettingsForm.ofQuery(Map.of("template", List.of("t"), "account", List.of("a")));

    assertThat(form.canonical()).isEqualTo("account=1:a\ntemplate=1:t\n");
  }

  private static BatchSettings of(Map<String, String> query) {
    Map<String, List<String>> values = new HashMap<>();
    query.forEach((name, value) -> values.put(name, List.of(value)));
    return BatchSettings.of(SettingsForm.ofQuery(values), NOW);
  }
}
