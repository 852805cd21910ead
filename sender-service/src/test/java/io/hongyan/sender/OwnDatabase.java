package io.hongyan.sender;

import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;

/** An empty database beside the one that all tests share. */
public record OwnDatabase(String url, String name) implements AutoCloseable {

  /** Creates one. */
  public static OwnDatabase create() {
    String shared = TestServers.get().databaseUrl();
    String name = "hongyan_" + UUID.randomUUID().toString().replace("-", "");
    run("create database " + name);
    return new OwnDatabase(shared.replaceFirst("/[^/]*$", "/" + name), name);
  }

  private static void run(String sql) {
    Map<String, String> environment = TestServers.get().environment();
    try (Connection connection =
            DriverManager.getConnection(
                TestServers.get().databaseUrl(),
                environment.get("HONGYAN_DATABASE_USER"),
                environment.get("HONGYAN_DATABASE_PASSWORD"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Override
  public void close() {
    run("drop database " + name);
  }
}
