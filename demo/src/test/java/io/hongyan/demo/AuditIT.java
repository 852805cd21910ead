package io.hongyan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hongyan.common.message.BatchId;
import io.hongyan.test.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditIT {

  private final TestServers servers = TestServers.get();
  private final BatchId batchId = BatchId.create();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private HttpServer simulator;
  private String stats = "{}";

  @BeforeEach
  void serve() throws IOException, SQLException {
    simulator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    simulator.createContext(
        "/_sim/stats",
        exchange -> {
          byte[] answer = stats.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    simulator.start();
    execute("create table if not exists send_success (batch_id bigint)");
    execute("create table if not exists send_failed (batch_id bigint)");
    // Two sent, one failed; and a row of some other batch.
    execute("insert into send_success values (%1$d), (%1$d), (1)".formatted(batchId.value()));
    execute("insert into send_failed values (%d)".formatted(batchId.value()));
  }

  @AfterEach
  void stop() {
    simulator.stop(0);
  }

  @Test
  void holdsWhenAllThreeAgree() {
    stats = "{\"asked\":3,\"distinct\":2,\"repeated\":0}";

    assertThat(holds(batch(3, 2, 1))).isTrue();
    assertThat(text()).doesNotContain("WRONG");
  }

  @Test
  void failsWhenARowIsMissing() {
    stats = "{\"asked\":4,\"distinct\":2,\"repeated\":0}";

    assertThat(holds(batch(4, 2, 1))).isFalse();
    assertThat(text())
        .contains("WRONG accepted = rows in send_success + send_failed: 4 expected, 3 found");
  }

  @Test
  void failsWhenTheCountersHaveDrifted() {
    stats = "{\"asked\":3,\"distinct\":2,\"repeated\":0}";

    assertThat(holds(batch(3, 3, 0))).isFalse();
  }

  @Test
  void failsWhenWeChatWasNotAskedForEveryMessage() {
    stats = "{\"asked\":2,\"distinct\":2,\"repeated\":0}";

    assertThat(holds(batch(3, 2, 1))).isFalse();
  }

  @Test
  void failsWhenAMessageWasTakenTwice() {
    stats = "{\"asked\":3,\"distinct\":2,\"repeated\":1}";

    assertThat(holds(batch(3, 2, 1))).isFalse();
    assertThat(text()).contains("WRONG messages WeChat took twice: 0 expected, 1 found");
  }

  @Test
  void failsWhenAReceiptIsMissing() {
    stats = "{\"asked\":3,\"distinct\":2,\"repeated\":0}";

    assertThat(holds(new BatchProgress("done", "", 3, 0, 2, 1, 1, 0, Map.of()))).isFalse();
    assertThat(text())
        .contains("WRONG sent = delivered + undelivered, by receipts: 2 expected, 1 found");
  }

  private boolean holds(BatchProgress batch) {
    Map<String, String> environment = servers.environment();
    Database database =
        new Database(
            servers.databaseUrl(),
            environment.getOrDefault("HONGYAN_DATABASE_USER", ""),
            environment.getOrDefault("HONGYAN_DATABASE_PASSWORD", ""));
    URI address = URI.create("http://127.0.0.1:" + simulator.getAddress().getPort());
    return new Audit(
            database,
            new JsonClient("the simulator", address, Optional.empty()),
            new PrintStream(written, true, StandardCharsets.UTF_8))
        .holds(batchId.toString(), batch);
  }

  private void execute(String sql) throws SQLException {
    try (var connection = servers.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static BatchProgress batch(long total, long succeeded, long failed) {
    return new BatchProgress("done", "", total, 0, succeeded, failed, succeeded, 0, Map.of());
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
