package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Servers that go away, or fall silent, and come back while the gateway runs, in a schema of its
 * own.
 */
class ReleaseOutageIT {

  private static final String SCHEMA = "release_outage_it";

  private static FaultyProxy broker;
  private static FaultyProxy database;
  private static RunningGateway gateway;
  private static SingleConnectionDataSource pastTheProxy;
  private static JdbcClient jdbc;

  @BeforeAll
  static void start() throws SQLException {
    TestServers servers = TestServers.get();
    broker = new FaultyProxy("127.0.0.1", URI.create(servers.rabbitUrl()).getPort());
    database =
        new FaultyProxy(
            "127.0.0.1", URI.create(servers.databaseUrl().substring("jdbc:".length())).getPort());
    String url = through(servers.databaseUrl(), database);
    gateway =
        RunningGateway.start(
            Map.of(
                "HONGYAN_RABBITMQ_URL",
                through(servers.rabbitUrl(), broker),
                "HONGYAN_DATABASE_URL",
                url + (url.contains("?") ? "&" : "?") + "currentSchema=" + SCHEMA,
                "spring.flyway.schemas",
                SCHEMA,
                "spring.datasource.hikari.connection-timeout",
                "1000",
                "spring.datasource.hikari.data-source-properties.socketTimeout",
                "3",
                "spring.datasource.hikari.connection-init-sql",
                "set idle_in_transaction_session_timeout = '3s'",
                "hongyan.broker.heartbeat",
                "1s"));
    Connection direct = servers.connect();
    direct.setSchema(SCHEMA);
    pastTheProxy = new SingleConnectionDataSource(direct, true);
    jdbc = JdbcClient.create(pastTheProxy);
  }

  @AfterAll
  static void stop() {
    pastTheProxy.destroy();
    gateway.close();
    broker.close();
    database.close();
  }

  @AfterEach
  void restore() {
    broker.restore();
    database.restore();
  }

  @Test
  void aBatchAcceptedWhileTheBrokerIsAwayIsReleasedWhenItIsBack() {
    gateway.createAccount("rel-broker-away");
    broker.cut();
    awaitHealth("rabbit", "DOWN");

    String accepted =
        gateway
            .admin(
                "POST",
                "/v1/batches",
                """
                {"account":"rel-broker-away","template":"order-paid",
                 "recipients":[{"openid":"oA1","data":{"thing1":"a","amount2":"¥1"}}]}""")
            .json()
            .get("batchId")
            .stringValue();
    assertThat(health("db")).isEqualTo("UP");
    broker.restore();

    awaitReleased(BatchId.parse(accepted).orElseThrow());
    awaitHealth("rabbit", "UP");
  }

  @Test
  void aDatabaseThatComesBackIsEnough() {
    gateway.createAccount("rel-db-away");
    database.cut();
    awaitHealth("db", "DOWN");
    database.restore();
    awaitHealth("db", "UP");

    BatchId batch = new NewBatch(jdbc, "rel-db-away", 10).insert();

    awaitReleased(batch);
  }

  @Test
  void aBrokerThatFallsSilentDelaysAndLosesNothing() {
    gateway.createAccount("rel-broker-silent");
    awaitReleased(new NewBatch(jdbc, "rel-broker-silent", 10).insert());
    broker.stall();

    BatchId batch = new NewBatch(jdbc, "rel-broker-silent", 10).insert();

    awaitHealth("rabbit", "DOWN");
    assertThat(column(batch, "state")).isEqualTo("releasing");
    broker.restore();
    awaitReleased(batch);
    awaitHealth("rabbit", "UP");
  }

  @Test
  void connectionsThatTheNetworkForgotAreReplaced() {
    gateway.createAccount("rel-forgotten");
    BatchId batch = new NewBatch(jdbc, "rel-forgotten", 5_000).ratePerSecond(500).insert();
    await().until(() -> !column(batch, "released_to").equals("0"));

    database.forget();
    broker.forget();

    awaitReleased(batch);
    awaitHealth("db", "UP");
    awaitHealth("rabbit", "UP");
  }

  private static void awaitReleased(BatchId batch) {
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() -> assertThat(column(batch, "state")).isEqualTo("released"));
  }

  private static String column(BatchId batch, String name) {
    return jdbc.sql("select %s::text from batch where id = ?".formatted(name))
        .param(batch.value())
        .query(String.class)
        .single();
  }

  private static void awaitHealth(String component, String status) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(health(component)).isEqualTo(status));
  }

  /** What the health endpoint says about one server. */
  private static String health(String component) {
    return gateway
        .call(null, "GET", "/actuator/health", null)
        .json()
        .at("/components/" + component + "/status")
        .asString();
  }

  private static String through(String url, FaultyProxy proxy) {
    return url.replaceFirst("//([^/]*?)[^/@]+:\\d+/", "//$1127.0.0.1:" + proxy.port() + "/");
  }
}
