package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an intake leaves behind when its database connection or its place is taken away. */
class InterruptedIntakeIT {

  private static final String TARGET = "/v1/batches?account=broken&template=order-paid";
  private static final String TYPE = "application/x-ndjson";
  private static final String IN_COPY =
      "application_name = 'hongyan-intake' and datname = current_database() and query like 'copy%' and state = 'active'";

  @BeforeAll
  static void anAccount() {
    RunningGateway.shared().createAccount("broken");
  }

  @Test
  void leavesNothingWhenItsConnectionIsKilled() throws IOException {
    RunningGateway gateway = RunningGateway.shared();
    try (Upload upload = Upload.chunked(gateway, TARGET, TYPE, Map.of())) {
      upload.send(rows(0, 5_000));
      Awaitility.await().until(() -> uploads() == 1);

      Database.execute("select pg_terminate_backend(pid) from pg_stat_activity where " + IN_COPY);
      upload.send(rows(5_000, 10_000));

      assertThat(upload.finish())
          .startsWith("HTTP/1.1 503")
          .contains("Retry-After:")
          .contains("urn:hongyan:problem:database-away");
    }
    assertNothingLeft();
    assertThat(submitOne(gateway)).startsWith("HTTP/1.1 202");
  }

  @Test
  void leavesNothingWhenItsClientGoesAway() throws IOException {
    try (Upload upload = Upload.chunked(RunningGateway.shared(), TARGET, TYPE, Map.of())) {
      upload.send(rows(0, 5_000));
      Awaitility.await().until(() -> uploads() == 1);
    }

    Awaitility.await().until(() -> uploads() == 0);
    assertNothingLeft();
  }

  @Test
  void holdsNoConnectionForASlowSmallUpload() throws IOException {
    try (RunningGateway gateway =
            RunningGateway.start(
                Map.of("hongyan.intake.connections", "2", "hongyan.intake.max-concurrent", "1"));
        Upload first = Upload.chunked(gateway, TARGET, TYPE, Map.of());
        Upload second = Upload.chunked(gateway, TARGET, TYPE, Map.of());
        Upload third = Upload.chunked(gateway, TARGET, TYPE, Map.of())) {
      first.send(rows(0, 1));
      second.send(rows(0, 1));
      third.send(rows(0, 1));

      assertThat(submitOne(gateway)).startsWith("HTTP/1.1 202");
      assertThat(first.finish()).startsWith("HTTP/1.1 202");
      assertThat(second.finish()).startsWith("HTTP/1.1 202");
      assertThat(third.finish()).startsWith("HTTP/1.1 202");
    }
  }

  @Test
  void refusesALargeUploadTooManyButNotASmallOne() throws IOException {
    try (RunningGateway gateway =
            RunningGateway.start(
                Map.of("hongyan.intake.max-concurrent", "1", "hongyan.intake.slot-wait", "100ms"));
        Upload first = Upload.chunked(gateway, TARGET, TYPE, Map.of());
        Upload second = Upload.chunked(gateway, TARGET, TYPE, Map.of())) {
      first.send(rows(0, 5_000));
      Awaitility.await().until(() -> uploads() == 1);
      second.send(rows(0, 5_000));

      String refused = second.finish();
      String small = submitOne(gateway);
      String accepted = first.finish();

      assertThat(refused).startsWith("HTTP/1.1 503").contains("urn:hongyan:problem:busy");
      assertThat(small).startsWith("HTTP/1.1 202");
      assertThat(accepted).startsWith("HTTP/1.1 202").contains("\"total\":5000");
    }
  }

  @Test
  void answers503WhileTheDatabaseIsAwayAndRecovers() throws IOException {
    URI database = URI.create(TestServers.get().databaseUrl().substring("jdbc:".length()));
    try (FaultyProxy proxy = new FaultyProxy(database.getHost(), database.getPort());
        RunningGateway gateway =
            RunningGateway.start(
                Map.of(
                    "HONGYAN_DATABASE_URL",
                    "jdbc:postgresql://127.0.0.1:%d%s"
                        .formatted(proxy.port(), database.getPath())))) {
      assertThat(submitOne(gateway)).startsWith("HTTP/1.1 202");
      proxy.cut();

      assertThat(submitOne(gateway)).startsWith("HTTP/1.1 503").contains("Retry-After:");

      proxy.restore();
      Awaitility.await().until(() -> submitOne(gateway).startsWith("HTTP/1.1 202"));
    }
  }

  private static int uploads() {
    return Database.count("pg_stat_activity where " + IN_COPY);
  }

  private static void assertNothingLeft() {
    Awaitility.await().untilAsserted(() -> assertThat(uploads()).isZero());
    assertThat(Orphans.count()).isZero();
  }

  private static String submitOne(RunningGateway gateway) throws IOException {
    try (Upload upload = Upload.chunked(gateway, TARGET, TYPE, Map.of())) {
      upload.send(rows(0, 1));
      return upload.finish();
    }
  }

  private static String rows(int from, int to) {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++) {
      rows.append(
          "{\"openid\":\"o%d\",\"data\":{\"thing1\":\"耳机\",\"amount2\":\"¥1\"}}\n".formatted(i));
    }
    return rows.toString();
  }
}
