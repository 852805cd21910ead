package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.test.CuttableProxy;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Servers that go away and come back while the gateway runs, in a schema of its own. */
class ReleaseOutageIT {

  private static final String SCHEMA = "release_outage_it";

  private static CuttableProxy broker;
  private static CuttableProxy database;
  private static RunningGateway gateway;
  private static JdbcClient jdbc;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.get();
    broker = new CuttableProxy("127.0.0.1", URI.create(servers.rabbitUrl()).getPort());
    database =
        new CuttableProxy(
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
                "1000"));
    jdbc = JdbcClient.create(gateway.bean(DataSource.class));
  }

  @AfterAll
  static void stop() {
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

  private static void awaitReleased(BatchId batch) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        jdbc.sql("select state from batch where id = ?")
                            .param(batch.value())
                            .query(String.class)
                            .single())
                    .isEqualTo("released"));
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

  private static String through(String url, CuttableProxy proxy) {
    return url.replaceFirst("//([^/]*?)[^/@]+:\\d+/", "//$1127.0.0.1:" + proxy.port() + "/");
  }
}
