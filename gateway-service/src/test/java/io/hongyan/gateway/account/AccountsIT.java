package io.hongyan.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.account.QuietHours;
import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts and templates over HTTP, against a real database and broker. */
class AccountsIT {

  private static final String MALL =
      "{\"name\":\"Mall\",\"appId\":\"wx1\",\"appSecret\":\"top-s3cret\",\"ratePerSecond\":50,\"maxInFlight\":10,\"enabled\":true}";

  private final RunningGateway gateway = RunningGateway.shared();

  @Test
  void storesAnAccountAndShowsItWithoutItsSecret() {
    Answer created = gateway.admin("PUT", "/v1/accounts/a-store", MALL);
    Answer shown = gateway.admin("GET", "/v1/accounts/a-store", null);

    assertThat(created.status()).isEqualTo(201);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.json().get("appId").stringValue()).isEqualTo("wx1");
    assertThat(shown.json().get("ratePerSecond").intValue()).isEqualTo(50);
    assertThat(shown.json().get("gate").isNull()).isTrue();
    assertThat(created.text() + shown.text()).doesNotContain("s3cret").doesNotContain("ecret");
  }

  @Test
  void keepsTheStoredSecretWhenThePutHasNone() throws Exception {
    gateway.admin("PUT", "/v1/accounts/a-keep", MALL);

    Answer changed =
        gateway.admin("PUT", "/v1/accounts/a-keep", "{\"name\":\"Other\",\"appId\":\"wx1\"}");

    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().get("ratePerSecond").isNull()).isTrue();
    assertThat(changed.json().get("maxInFlight").intValue()).isEqualTo(200);
    assertThat(storedSecret("a-keep")).isEqualTo("top-s3cret");
  }

  @Test
  void wantsTheSecretOfANewAccountAndOfANewAppId() {
    gateway.admin("PUT", "/v1/accounts/a-appid", MALL);

    Answer fresh = gateway.admin("PUT", "/v1/accounts/a-fresh", "{\"appId\":\"wx1\"}");
    Answer moved = gateway.admin("PUT", "/v1/accounts/a-appid", "{\"appId\":\"wx2\"}");

    assertThat(fresh.status()).isEqualTo(422);
    assertThat(fresh.text()).contains("appSecret is needed");
    assertThat(moved.status()).isEqualTo(422);
    assertThat(gateway.admin("GET", "/v1/accounts/a-fresh", null).status()).isEqualTo(404);
  }

  @Test
  void refusesWhatItCannotReadWith400AndWhatItCannotDoWith422() {
    assertThat(put("{\"appId\":\"wx1\",\"appsecret\":\"x\"}").status()).isEqualTo(400);
    assertThat(put("{\"appId\":\"wx1\",\"appId\":\"wx2\"}").status()).isEqualTo(400);
    assertThat(put("{\"appId\":5}").status()).isEqualTo(400);
    assertThat(put("{\"appId\":\"wx1\",\"maxInFlight\":\"5\"}").status()).isEqualTo(400);
    assertThat(put("{\"appId\":\"wx1\",\"maxInFlight\":1.5}").status()).isEqualTo(400);
    assertThat(put("{\"appId\":\"wx1\"").status()).isEqualTo(400);
    assertThat(put("{\"appId\":\"wx1\",\"appSecret\":\"x\",\"maxInFlight\":2001}").status())
        .isEqualTo(422);
    assertThat(put("{\"appId\":\"wx1\",\"appSecret\":\"x\",\"ratePerSecond\":0}").status())
        .isEqualTo(422);
    assertThat(gateway.admin("PUT", "/v1/accounts/Upper", MALL).status()).isEqualTo(422);
  }

  private Answer put(String body) {
    return gateway.admin("PUT", "/v1/accounts/a-bad", body);
  }

  @Test
  void keepsQuietHoursCapAndTesters() throws Exception {
    Answer created =
        put(
            "a-quiet",
            "\"quietHours\":{\"from\":\"22:00\",\"to\":\"08:00\"},\"dailyCap\":3,\"testers\":{\"李雷\":\"oTester1\",\"han.mei mei\":\"oTester2\"}");
    Account known = gateway.bean(AccountRegistry.class).findAccount("a-quiet").orElseThrow();

    assertThat(created.json().get("quietHours").toString())
        .isEqualTo("{\"from\":\"22:00\",\"to\":\"08:00\",\"zone\":\"Asia/Shanghai\"}");
    assertThat(created.json().get("dailyCap").intValue()).isEqualTo(3);
    assertThat(created.json().get("testers").toString())
        .isEqualTo("{\"han.mei mei\":\"oTester2\",\"李雷\":\"oTester1\"}");
    assertThat(created.json().get("followersSyncedAt").isNull()).isTrue();
    assertThat(known.quietHours())
        .isEqualTo(
            new QuietHours(LocalTime.of(22, 0), LocalTime.of(8, 0), ZoneId.of("Asia/Shanghai")));
    assertThat(known.dailyCap()).isEqualTo(3);
    assertThat(known.testers()).containsOnlyKeys("李雷", "han.mei mei");
    assertThat(
            count(
                "audit_log where subject = 'account/a-quiet' and detail::text like '%李雷%' and detail::text not like '%oTester%'"))
        .as("a person's openid stays out of the audit log")
        .isEqualTo(1);
  }

  @Test
  void quietHoursCapAndTestersThatAreLeftOutAreNone() {
    put(
        "a-loud",
        "\"quietHours\":{\"from\":\"01:00\",\"to\":\"02:00\",\"zone\":\"Europe/Berlin\"},\"dailyCap\":1,\"testers\":{\"a\":\"oA\"}");

    Answer changed = put("a-loud", "\"quietHours\":null");

    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().get("quietHours").isNull()).isTrue();
    assertThat(changed.json().get("dailyCap").isNull()).isTrue();
    assertThat(changed.json().get("testers").toString()).isEqualTo("{}");
    Account known = gateway.bean(AccountRegistry.class).findAccount("a-loud").orElseThrow();
    assertThat(known.quietHours()).isNull();
    assertThat(known.testers()).isEmpty();
  }

  @Test
  void showsWhenFollowersWereSynced() throws Exception {
    put("a-synced", "\"enabled\":true");
    execute("update account set followers_synced_at = '2026-11-20T03:30Z' where id = 'a-synced'");

    assertThat(
            gateway
                .admin("GET", "/v1/accounts/a-synced", null)
                .json()
                .get("followersSyncedAt")
                .stringValue())
        .isEqualTo("2026-11-20T03:30:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"quietHours\":{\"from\":\"22:00\",\"to\":\"22:00\"}",
        "\"quietHours\":{\"from\":\"22:00\"}",
        "\"quietHours\":{\"from\":\"24:00\",\"to\":\"08:00\"}",
        "\"quietHours\":{\"from\":\"22:00:30\",\"to\":\"08:00\"}",
        "\"quietHours\":{\"from\":\"9:00\",\"to\":\"10:00\"}",
        "\"quietHours\":{\"from\":\"22:00\",\"to\":\"08:00\",\"zone\":\"Asia/Nowhere\"}",
        "\"quietHours\":{\"from\":\"22:00\",\"to\":\"08:00\",\"zone\":\"\"}",
        "\"dailyCap\":0",
        "\"dailyCap\":1001",
        "\"testers\":{\"\":\"oA\"}",
        "\"testers\":{\" li\":\"oA\"}",
        "\"testers\":{\"li\\u0000\":\"oA\"}",
        "\"testers\":{\"li\":null}",
        "\"testers\":{\"li\":\"o A\"}"
      })
  void refusesSettingsThatCannotBe(String settings) {
    Answer refused = put("a-refused", settings);

    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("invalid-value");
    assertThat(gateway.admin("GET", "/v1/accounts/a-refused", null).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"quietHours\":\"22:00-08:00\"",
        "\"quietHours\":{\"from\":2200,\"to\":\"08:00\"}",
        "\"quietHours\":{\"from\":\"22:00\",\"to\":\"08:00\",\"until\":\"x\"}",
        "\"dailyCap\":\"3\"",
        "\"dailyCap\":2.5",
        "\"testers\":[\"oA\"]",
        "\"testers\":{\"li\":5}",
        "\"testers\":{\"li\\ud800\":\"oA\"}",
        "\"testers\":{\"li\":\"oA\",\"li\":\"oB\"}"
      })
  void doesNotReadSettingsThatAreMistyped(String settings) {
    assertThat(put("a-mistyped", settings).status()).isEqualTo(400);
  }

  @Test
  void takesFiftyTestersAndNoMore() {
    String fifty =
        IntStream.range(0, 50)
            .mapToObj(i -> "\"t%d\":\"o%d\"".formatted(i, i))
            .collect(Collectors.joining(","));

    assertThat(put("a-fifty", "\"testers\":{" + fifty + "}").status()).isEqualTo(201);
    assertThat(put("a-fifty", "\"testers\":{" + fifty + ",\"one more\":\"o\"}").status())
        .isEqualTo(422);
  }

  private Answer put(String account, String settings) {
    return gateway.admin(
        "PUT",
        "/v1/accounts/" + account,
        "{\"appId\":\"wx1\",\"appSecret\":\"top-s3cret\",%s}".formatted(settings));
  }

  @Test
  void resumingEndsPauseAndGate() throws Exception {
    gateway.admin("PUT", "/v1/accounts/a-gate", MALL);
    gateway.admin("POST", "/v1/accounts/a-gate/pause", null);
    execute(
        "update account set gate_reason = 'daily-quota', gate_since = now() where id = 'a-gate'");
    Answer gated = gateway.admin("GET", "/v1/accounts/a-gate", null);

    Answer resumed = gateway.admin("POST", "/v1/accounts/a-gate/resume", null);

    assertThat(gated.json().get("paused").booleanValue()).isTrue();
    assertThat(gated.json().get("gate").get("reason").stringValue()).isEqualTo("daily-quota");
    assertThat(resumed.json().get("paused").booleanValue()).isFalse();
    assertThat(resumed.json().get("gate").isNull()).isTrue();
    assertThat(count("account where id = 'a-gate' and gate_opened_at is not null")).isEqualTo(1);
    assertThat(count("audit_log where subject = 'account/a-gate' and action = 'account.resume'"))
        .isEqualTo(1);
  }

  @Test
  void storesATemplateAndShowsItsFields() {
    gateway.admin("PUT", "/v1/accounts/a-tpl", MALL);
    String body =
        "{\"wechatTemplateId\":\"T1\",\"title\":\"Paid\",\"content\":\"订单号:{{character_string4.DATA}}\\n备注:{ {remark.DATA} }\"}";

    Answer created = gateway.admin("PUT", "/v1/accounts/a-tpl/templates/paid", body);
    Answer again = gateway.admin("PUT", "/v1/accounts/a-tpl/templates/paid", body);
    Answer listed = gateway.admin("GET", "/v1/accounts/a-tpl/templates", null);

    assertThat(created.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(200);
    assertThat(created.json().get("fields").toString())
        .isEqualTo(
            "[{\"name\":\"character_string4\",\"type\":\"character_string\"},{\"name\":\"remark\",\"type\":\"free\"}]");
    assertThat(listed.json().get("items").size()).isEqualTo(1);
    assertThat(gateway.bean(AccountRegistry.class).findTemplate("a-tpl", "paid")).isPresent();
  }

  @Test
  void showsWhatIsWrongWithATemplateUntilItIsPutAgain() throws Exception {
    gateway.createAccount("a-problem");
    String path = "/v1/accounts/a-problem/templates/order-paid";
    Answer sound = gateway.admin("GET", path, null);
    execute(
        "update template set problem = 'vanished: it is not at WeChat', problem_since = '2026-11-20T03:30Z' where account_id = 'a-problem'");

    Answer flagged = gateway.admin("GET", path, null);
    Answer put =
        gateway.admin(
            "PUT", path, "{\"wechatTemplateId\":\"TM2\",\"content\":\"{{thing1.DATA}}\"}");

    assertThat(sound.json().get("problem").isNull()).isTrue();
    assertThat(flagged.json().get("problem").stringValue())
        .isEqualTo("vanished: it is not at WeChat");
    assertThat(flagged.json().get("problemSince").stringValue()).isEqualTo("2026-11-20T03:30:00Z");
    assertThat(put.json().get("problem").isNull()).isTrue();
    assertThat(put.json().get("problemSince").isNull()).isTrue();
  }

  @Test
  void refusesATemplateWithoutFieldsAndOneOfAnUnknownAccount() {
    gateway.admin("PUT", "/v1/accounts/a-nofield", MALL);
    String noField = "{\"wechatTemplateId\":\"T1\",\"title\":\"x\",\"content\":\"hello\"}";

    assertThat(gateway.admin("PUT", "/v1/accounts/a-nofield/templates/x", noField).status())
        .isEqualTo(422);
    assertThat(gateway.admin("PUT", "/v1/accounts/a-absent/templates/x", noField).status())
        .isEqualTo(404);
  }

  @Test
  void anotherAccountsAdminSeesNothingOfIt() {
    gateway.admin("PUT", "/v1/accounts/a-mine", MALL);
    gateway.admin("PUT", "/v1/accounts/a-theirs", MALL);
    String key = gateway.createKey("[\"admin\"]", "[\"a-mine\"]");

    assertThat(gateway.call(key, "GET", "/v1/accounts/a-mine", null).status()).isEqualTo(200);
    assertThat(gateway.call(key, "GET", "/v1/accounts/a-theirs", null).status()).isEqualTo(404);
    assertThat(gateway.call(key, "PUT", "/v1/accounts/a-theirs", MALL).status()).isEqualTo(404);
    assertThat(gateway.call(key, "POST", "/v1/accounts/a-theirs/pause", null).status())
        .isEqualTo(404);
    assertThat(gateway.call(key, "GET", "/v1/accounts/a-theirs/templates", null).status())
        .isEqualTo(404);
    assertThat(gateway.call(key, "GET", "/v1/accounts", null).json().get("items").size())
        .isEqualTo(1);
  }

  @Test
  void listsInPages() {
    gateway.admin("PUT", "/v1/accounts/a-page-1", MALL);
    gateway.admin("PUT", "/v1/accounts/a-page-2", MALL);
    String key = gateway.createKey("[\"admin\"]", "[\"a-page-1\",\"a-page-2\"]");

    Answer first = gateway.call(key, "GET", "/v1/accounts?limit=1", null);
    Answer second = gateway.call(key, "GET", "/v1/accounts?limit=1&cursor=a-page-1", null);

    assertThat(first.json().get("next").stringValue()).isEqualTo("a-page-1");
    assertThat(second.json().at("/items/0/id").stringValue()).isEqualTo("a-page-2");
    assertThat(second.json().get("next").isNull()).isTrue();
  }

  private static String storedSecret(String account) throws Exception {
    String masterKey = Base64.getEncoder().encodeToString(new byte[32]);
    try (Connection connection = TestServers.get().connect();
        PreparedStatement select =
            connection.prepareStatement("select app_secret from account where id = ?")) {
      select.setString(1, account);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return SecretCipher.ofMasterKey(new Secret(masterKey))
            .decrypt(account, rows.getBytes(1))
            .reveal();
      }
    }
  }

  private static void execute(String sql) throws Exception {
    try (Connection connection = TestServers.get().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(String from) throws Exception {
    try (Connection connection = TestServers.get().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + from)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
