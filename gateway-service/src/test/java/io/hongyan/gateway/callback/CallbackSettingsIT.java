package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.gateway.config.ConfigEvents;
import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The settings of callbacks over HTTP, against a real database and broker. */
@ExtendWith(OutputCaptureExtension.class)
class CallbackSettingsIT {

  private static final String KEY = Vectors.V5_KEY.reveal();
  private static final String SAFE =
      "\"mode\":\"safe\",\"token\":\"t0ken\",\"encodingAesKey\":\"" + KEY + "\"";

  private final RunningGateway gateway = RunningGateway.shared();

  @Test
  void storesThemAndShowsThemWithoutTheirSecrets() throws Exception {
    gateway.createAccount("cs-store");

    Answer created = put("cs-store", SAFE);
    Answer shown = gateway.admin("GET", path("cs-store"), null);

    assertThat(created.status()).isEqualTo(201);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.text())
        .isEqualTo(created.text())
        .startsWith(
            "{\"account\":\"cs-store\",\"path\":\"/wechat/cs-store/callback\",\"mode\":\"safe\",\"replyUrl\":null,\"createdAt\":\"");
    assertThat(stored("cs-store", "token", "callback-token")).isEqualTo("t0ken");
    assertThat(stored("cs-store", "aes_key", "callback-aes-key")).isEqualTo(KEY);
    assertThat(
            count(
                "audit_log where subject = 'account/cs-store' and action = 'callback.put' and detail::text not like '%t0ken%' and detail::text not like '%abcdef%'"))
        .isEqualTo(1);
  }

  @Test
  void keepsWhatAPutLeavesOut() throws Exception {
    gateway.createAccount("cs-keep");
    put("cs-keep", SAFE);

    Answer changed = put("cs-keep", "\"mode\":\"compatible\"");
    Answer newToken = put("cs-keep", "\"mode\":\"plain\",\"token\":\"other\"");

    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().get("mode").stringValue()).isEqualTo("compatible");
    assertThat(newToken.status()).isEqualTo(200);
    assertThat(stored("cs-keep", "token", "callback-token")).isEqualTo("other");
    assertThat(stored("cs-keep", "aes_key", "callback-aes-key")).isEqualTo(KEY);
  }

  @Test
  void makesASecretForReplyUrlAndShowsItOnce() throws Exception {
    gateway.createAccount("cs-reply");
    String withUrl = SAFE + ",\"replyUrl\":\"https://crm.example.com/wechat?k=hidden\"";

    Answer made = put("cs-reply", withUrl);
    Answer again = put("cs-reply", withUrl);
    Answer renewed = put("cs-reply", withUrl + ",\"newReplySecret\":true");

    String first = made.json().get("replySecret").stringValue();
    String second = renewed.json().get("replySecret").stringValue();
    assertThat(first).matches("whsec_[A-Za-z0-9+/]{43}=").isNotEqualTo(second);
    assertThat(again.json().has("replySecret")).isFalse();
    assertThat(gateway.admin("GET", path("cs-reply"), null).json().has("replySecret")).isFalse();
    assertThat(gateway.admin("GET", path("cs-reply"), null).json().get("replyUrl").stringValue())
        .isEqualTo("https://crm.example.com/wechat?k=hidden");
    assertThat(stored("cs-reply", "reply_secret", "reply-secret")).isEqualTo(second);
    assertThat(
            count(
                "audit_log where subject = 'account/cs-reply' and (detail::text like '%whsec%' or detail::text like '%hidden%')"))
        .isZero();

    assertThat(put("cs-reply", SAFE).json().get("replyUrl").isNull()).isTrue();
    assertThat(count("account_callback where account_id = 'cs-reply' and reply_secret is null"))
        .isEqualTo(1);
    assertThat(put("cs-reply", withUrl).json().get("replySecret").stringValue())
        .isNotEqualTo(second);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"token\":\"t0ken\"",
        "\"mode\":\"Safe\",\"token\":\"t0ken\"",
        "\"mode\":\"plain\"",
        "\"mode\":\"plain\",\"token\":\"ab\"",
        "\"mode\":\"plain\",\"token\":\"t0-ken\"",
        "\"mode\":\"plain\",\"token\":\"tttttttttttttttttttttttttttttttttt\"",
        "\"mode\":\"safe\",\"token\":\"t0ken\"",
        "\"mode\":\"compatible\",\"token\":\"t0ken\"",
        "\"mode\":\"plain\",\"token\":\"t0ken\",\"encodingAesKey\":\"short\"",
        "\"mode\":\"plain\",\"token\":\"t0ken\",\"encodingAesKey\":\"abcdefghijklmnopqrstuvwxyz0123456789ABCDEF#\"",
        "\"mode\":\"plain\",\"token\":\"t0ken\",\"newReplySecret\":true",
        "\"mode\":\"plain\",\"token\":\"t0ken\",\"replyUrl\":\"ftp://x\"",
        "\"mode\":\"plain\",\"token\":\"t0ken\",\"replyUrl\":\"http://127.0.0.1/x\"",
        "\"mode\":\"plain\",\"token\":\"t0ken\",\"replyUrl\":\"\""
      })
  void refusesWhatCannotBe(String settings) {
    gateway.createAccount("cs-refused");

    Answer refused = put("cs-refused", settings);

    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("invalid-value");
    assertThat(refused.text()).doesNotContain("t0-ken").doesNotContain("ABCDEF#");
    assertThat(gateway.admin("GET", path("cs-refused"), null).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"mode\":1",
        "\"mode\":\"plain\",\"token\":5",
        "\"mode\":\"plain\",\"aesKey\":\"x\"",
        "\"mode\":\"plain\",\"newReplySecret\":\"true\""
      })
  void doesNotReadWhatIsMistyped(String settings) {
    gateway.createAccount("cs-mistyped");

    assertThat(put("cs-mistyped", settings).status()).isEqualTo(400);
  }

  @Test
  void onlyAdminsOfTheAccountSeeIt() {
    gateway.createAccount("cs-mine");
    gateway.createAccount("cs-theirs");
    put("cs-theirs", SAFE);
    String admin = gateway.createKey("[\"admin\"]", "[\"cs-mine\"]");
    String sender = gateway.createKey("[\"send\",\"read\",\"token\"]", "[\"*\"]");

    for (String method : new String[] {"GET", "DELETE"}) {
      assertThat(gateway.call(admin, method, path("cs-theirs"), null).status()).isEqualTo(404);
      assertThat(gateway.call(sender, method, path("cs-theirs"), null).status()).isEqualTo(403);
    }
    assertThat(gateway.call(admin, "PUT", path("cs-theirs"), "{" + SAFE + "}").status())
        .isEqualTo(404);
    assertThat(gateway.call(admin, "PUT", path("cs-absent"), "{" + SAFE + "}").status())
        .isEqualTo(404);
    assertThat(gateway.call(sender, "PUT", path("cs-theirs"), "{" + SAFE + "}").status())
        .isEqualTo(403);
    assertThat(gateway.call(null, "GET", path("cs-theirs"), null).status()).isEqualTo(401);
    assertThat(gateway.call(admin, "PUT", path("cs-mine"), "{" + SAFE + "}").status())
        .isEqualTo(201);
  }

  @Test
  void aChangeWorksAtOnceOnEveryGateway() {
    try (RunningGateway other =
        RunningGateway.start(Map.of("hongyan.config.reload-interval", "1h"))) {
      await().until(() -> other.bean(ConfigEvents.class).isConnected());
      gateway.createAccount("cs-live");

      put("cs-live", SAFE);
      assertThat(gateway.bean(CallbackRegistry.class).find("cs-live")).isPresent();
      awaitMode(other, "cs-live", CallbackMode.SAFE);

      put("cs-live", "\"mode\":\"plain\"");
      awaitMode(other, "cs-live", CallbackMode.PLAIN);

      Answer deleted = gateway.admin("DELETE", path("cs-live"), null);
      assertThat(deleted.status()).isEqualTo(204);
      assertThat(gateway.bean(CallbackRegistry.class).find("cs-live")).isEmpty();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> other.bean(CallbackRegistry.class).find("cs-live").isEmpty());
      assertThat(gateway.admin("DELETE", path("cs-live"), null).status()).isEqualTo(204);
      assertThat(gateway.admin("GET", path("cs-live"), null).status()).isEqualTo(404);
    }
  }

  private static void awaitMode(RunningGateway gateway, String account, CallbackMode mode) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(gateway.bean(CallbackRegistry.class).find(account))
                    .hasValueSatisfying(found -> assertThat(found.mode()).isEqualTo(mode)));
  }

  @Test
  void oneAccountsUnreadableSecretIsNotTheOthersTrouble(CapturedOutput output) throws Exception {
    gateway.createAccount("cs-broken");
    gateway.createAccount("cs-whole");
    put("cs-broken", SAFE);
    try (Connection connection = TestServers.get().connect();
        PreparedStatement update =
            connection.prepareStatement(
                "update account_callback set token = '\\x00' where account_id = 'cs-broken'")) {
      update.executeUpdate();
    }

    put("cs-whole", SAFE);

    CallbackRegistry registry = gateway.bean(CallbackRegistry.class);
    assertThat(registry.find("cs-whole")).isPresent();
    assertThat(registry.find("cs-broken")).isEmpty();
    registry.readAgain();
    assertThat(output.toString().split("account=cs-broken cause", -1)).as("said once").hasSize(2);
    assertThat(put("cs-broken", SAFE).status()).isEqualTo(200);
    assertThat(registry.find("cs-broken")).isPresent();
  }

  private Answer put(String account, String settings) {
    return gateway.admin("PUT", path(account), "{" + settings + "}");
  }

  private static String path(String account) {
    return "/v1/accounts/%s/callback".formatted(account);
  }

  private static String stored(String account, String column, String kind) throws Exception {
    String masterKey = Base64.getEncoder().encodeToString(new byte[32]);
    try (Connection connection = TestServers.get().connect();
        PreparedStatement select =
            connection.prepareStatement(
                "select %s from account_callback where account_id = ?".formatted(column))) {
      select.setString(1, account);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return SecretCipher.ofMasterKey(new Secret(masterKey))
            .decrypt(account + "/" + kind, rows.getBytes(1))
            .reveal();
      }
    }
  }

  private static int count(String from) throws Exception {
    try (Connection connection = TestServers.get().connect();
        PreparedStatement select = connection.prepareStatement("select count(*) from " + from);
        ResultSet rows = select.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
