package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.gateway.batch.BatchAccepted;
import io.hongyan.test.CuttableProxy;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** Servers that go away and come back while the gateway runs. In a schema of its own. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.flyway.schemas=release_outage_it",
      "spring.datasource.hikari.connection-timeout=1000"
    })
@DirtiesContext
class ReleaseOutageIT {

  private static final CuttableProxy BROKER =
      new CuttableProxy("127.0.0.1", URI.create(TestServers.get().rabbitUrl()).getPort());
  private static final CuttableProxy DATABASE =
      new CuttableProxy("127.0.0.1", databaseAddress().getPort());

  @LocalServerPort private int port;
  @Autowired private JdbcClient jdbc;
  @Autowired private ApplicationEventPublisher events;

  @DynamicPropertySource
  static void servers(DynamicPropertyRegistry registry) {
    TestServers servers = TestServers.get();
    servers.environment().forEach((name, value) -> registry.add(name, () -> value));
    // By its property name: where the variable is set, Spring reads that first.
    registry.add("hongyan.rabbitmq.url", () -> through(servers.rabbitUrl(), BROKER));
    registry.add(
        "HONGYAN_DATABASE_URL",
        () -> {
          String url = through(servers.databaseUrl(), DATABASE);
          return url + (url.contains("?") ? "&" : "?") + "currentSchema=release_outage_it";
        });
  }

  @AfterEach
  void restore() {
    BROKER.restore();
    DATABASE.restore();
  }

  @Test
  void aBatchAcceptedWhileTheBrokerIsAwayIsReleasedWhenItIsBack() throws Exception {
    newAccount("rel-broker-away");
    BROKER.cut();
    awaitHealth("rabbit", "DOWN");

    BatchId batch = new NewBatch(jdbc, "rel-broker-away", 1200).insert();
    events.publishEvent(new BatchAccepted("rel-broker-away", Lane.NORMAL));
    assertThat(health("db")).isEqualTo("UP");
    BROKER.restore();

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(state(batch)).isEqualTo("released"));
    awaitHealth("rabbit", "UP");
  }

  @Test
  void aDatabaseThatComesBackIsEnough() throws Exception {
    newAccount("rel-db-away");
    DATABASE.cut();
    awaitHealth("db", "DOWN");
    DATABASE.restore();
    awaitHealth("db", "UP");

    BatchId batch = new NewBatch(jdbc, "rel-db-away", 10).insert();

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(state(batch)).isEqualTo("released"));
  }

  private void newAccount(String id) {
    jdbc.sql(
            "insert into account (id, name, app_id, app_secret) values (?, 'Mall', 'wx1', '\\x00')")
        .param(id)
        .update();
  }

  private String state(BatchId batch) {
    return jdbc.sql("select state from batch where id = ?")
        .param(batch.value())
        .query(String.class)
        .single();
  }

  private void awaitHealth(String component, String status) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(health(component)).isEqualTo(status));
  }

  /** What the health endpoint says about one server. */
  private String health(String component) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + port + "/actuator/health");
    try (HttpClient client = HttpClient.newHttpClient()) {
      String body =
          client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
      return new JsonMapper().readTree(body).at("/components/" + component + "/status").asString();
    }
  }

  private static URI databaseAddress() {
    return URI.create(TestServers.get().databaseUrl().substring("jdbc:".length()));
  }

  private static String through(String url, CuttableProxy proxy) {
    return url.replaceFirst("//([^/]*?)[^/@]+:\\d+/", "//$1127.0.0.1:" + proxy.port() + "/");
  }
}
