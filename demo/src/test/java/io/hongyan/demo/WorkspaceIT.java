package io.hongyan.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.test.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkspaceIT {

  private final TestServers servers = TestServers.get();
  private final Map<String, String> environment = new HashMap<>(servers.environment());

  WorkspaceIT() {
    environment.put("MANAGEMENT_URL", servers.managementUrl());
  }

  @Test
  void makesADatabaseAndAVirtualHostAndDeletesThem() throws SQLException {
    Map<String, String> made = create();
    String name = made.get("DEMO_WORKSPACE");

    DriverManager.getConnection(made.get("HONGYAN_DATABASE_URL"), user(), password()).close();
    assertThat(made.get("HONGYAN_RABBITMQ_URL")).endsWith("/" + name);
    assertThat(broker().exists("/api/vhosts/" + name)).isTrue();

    environment.put("DEMO_WORKSPACE", name);
    new Workspace(new Stack(environment)).delete();

    assertThat(broker().exists("/api/vhosts/" + name)).isFalse();
    assertThatThrownBy(
            () -> DriverManager.getConnection(made.get("HONGYAN_DATABASE_URL"), user(), password()))
        .hasMessageContaining("does not exist");
  }

  @Test
  void deletesADatabaseThatSomebodyIsStillConnectedTo() throws SQLException {
    Map<String, String> made = create();
    environment.put("DEMO_WORKSPACE", made.get("DEMO_WORKSPACE"));

    try (var connection =
        DriverManager.getConnection(made.get("HONGYAN_DATABASE_URL"), user(), password())) {
      new Workspace(new Stack(environment)).delete();

      assertThat(connection.isValid(5)).isFalse();
    }
  }

  private Map<String, String> create() {
    var out = new ByteArrayOutputStream();
    new Workspace(new Stack(environment))
        .create(new PrintStream(out, true, StandardCharsets.UTF_8), Clock.systemUTC());
    Map<String, String> made = new HashMap<>();
    out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(pair -> made.put(pair[0], pair[1]));
    return made;
  }

  private JsonClient broker() {
    return new Stack(environment).management().orElseThrow();
  }

  private String user() {
    return environment.getOrDefault("HONGYAN_DATABASE_USER", "");
  }

  private String password() {
    return environment.getOrDefault("HONGYAN_DATABASE_PASSWORD", "");
  }
}
