package io.hongyan.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What one gateway stores, another knows; and what they do while a server is away. */
@ExtendWith(OutputCaptureExtension.class)
class SeveralGatewaysIT {

  private static final String ACCOUNT = "{\"appId\":\"wx1\",\"appSecret\":\"s\"}";
  // So long that only an event, or a look after a miss, can bring news within the test.
  private static final Map<String, String> NO_POLL = Map.of("hongyan.config.reload-interval", "1h");

  @Test
  void anAccountStoredThroughOneIsFoundAtOnceThroughAnother() {
    try (RunningGateway other = RunningGateway.start(NO_POLL)) {
      RunningGateway.shared().admin("PUT", "/v1/accounts/s-new", ACCOUNT);

      assertThat(other.bean(AccountRegistry.class).findAccount("s-new")).isPresent();
    }
  }

  @Test
  void aChangeAndARevocationReachTheOtherByEvent() {
    RunningGateway one = RunningGateway.shared();
    one.admin("PUT", "/v1/accounts/s-change", ACCOUNT);
    Answer created =
        one.admin(
            "POST", "/v1/keys", "{\"name\":\"x\",\"scopes\":[\"admin\"],\"accounts\":[\"*\"]}");
    String key = created.json().get("key").stringValue();
    try (RunningGateway other = RunningGateway.start(NO_POLL)) {
      AccountRegistry registry = other.bean(AccountRegistry.class);
      await().until(() -> other.bean(ConfigEvents.class).isConnected());
      assertThat(other.call(key, "GET", "/v1/keys", null).status()).isEqualTo(200);

      one.admin("PUT", "/v1/accounts/s-change", "{\"appId\":\"wx1\",\"name\":\"renamed\"}");
      one.admin("DELETE", "/v1/keys/" + created.json().get("id").stringValue(), null);

      await()
          .atMost(Duration.ofSeconds(2))
          .untilAsserted(
              () -> {
                assertThat(registry.findAccount("s-change"))
                    .hasValueSatisfying(a -> assertThat(a.name()).isEqualTo("renamed"));
                assertThat(other.call(key, "GET", "/v1/keys", null).status()).isEqualTo(401);
              });
    }
  }

  @Test
  void withTheBrokerAwayItStartsAndChangesAndCatchesUpLater() {
    URI broker = URI.create(TestServers.get().rabbitUrl());
    try (FaultyProxy proxy = new FaultyProxy(broker.getHost(), broker.getPort())) {
      proxy.cut();
      String url =
          "amqp://%s@127.0.0.1:%d%s"
              .formatted(broker.getRawUserInfo(), proxy.port(), broker.getRawPath());
      try (RunningGateway gateway =
          RunningGateway.start(
              Map.of("HONGYAN_RABBITMQ_URL", url, "hongyan.config.reload-interval", "1h"))) {

        Answer stored = gateway.admin("PUT", "/v1/accounts/s-cut", ACCOUNT);

        assertThat(stored.status()).isEqualTo(201);
        assertThat(gateway.call(null, "GET", "/actuator/health", null).status()).isEqualTo(503);
        RunningGateway.shared()
            .admin("PUT", "/v1/accounts/s-cut", "{\"appId\":\"wx1\",\"name\":\"missed\"}");
        proxy.restore();
        await()
            .atMost(Duration.ofSeconds(10))
            .untilAsserted(
                () ->
                    assertThat(gateway.bean(AccountRegistry.class).findAccount("s-cut"))
                        .hasValueSatisfying(a -> assertThat(a.name()).isEqualTo("missed")));
      }
    }
  }

  @Test
  void withTheDatabaseAwayItAnswers503AndRecovers() {
    URI database = URI.create(TestServers.get().databaseUrl().substring("jdbc:".length()));
    try (FaultyProxy proxy = new FaultyProxy(database.getHost(), database.getPort())) {
      String url = "jdbc:postgresql://127.0.0.1:%d%s".formatted(proxy.port(), database.getPath());
      try (RunningGateway gateway =
          RunningGateway.start(
              Map.of(
                  "HONGYAN_DATABASE_URL",
                  url,
                  "spring.datasource.hikari.connection-timeout",
                  "500"))) {
        proxy.cut();

        Answer refused = gateway.admin("GET", "/v1/accounts", null);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.problem()).isEqualTo("database-away");
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(gateway.call("hy_unknown", "GET", "/v1/accounts", null).status())
            .as("an unknown key may be one that was just made")
            .isEqualTo(503);
        proxy.restore();
        await()
            .untilAsserted(
                () ->
                    assertThat(gateway.admin("GET", "/v1/accounts", null).status()).isEqualTo(200));
      }
    }
  }

  @Test
  void doesNotStartWithoutTheDatabaseAndSaysSo(CapturedOutput output) {
    Map<String, String> nobody =
        Map.of(
            "HONGYAN_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/hongyan",
            "spring.flyway.connect-retries", "0",
            "spring.datasource.hikari.connection-timeout", "500");

    assertThatThrownBy(() -> RunningGateway.start(nobody).close()).isNotNull();

    assertThat(output).contains("HONGYAN_DATABASE_URL").contains("127.0.0.1:1");
  }

  @Test
  void doesNotStartWithoutItsKeysAndNamesThem(CapturedOutput output) {
    assertThatThrownBy(() -> RunningGateway.start(Map.of("HONGYAN_ADMIN_KEY", "")).close())
        .isNotNull();
    assertThatThrownBy(() -> RunningGateway.start(Map.of("HONGYAN_MASTER_KEY", "short")).close())
        .isNotNull();

    assertThat(output)
        .contains("HONGYAN_ADMIN_KEY is not set")
        .contains("HONGYAN_MASTER_KEY must be base64 of 32 bytes");
  }
}
