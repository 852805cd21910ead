package io.hongyan.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Base64;
import org.junit.jupiter.api.Test;

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
