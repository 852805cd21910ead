package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.test.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

class IntakeConnectionsIT {

  private final IntakeConnections connections =
      new IntakeConnections(
          new TestDatabase(TestServers.get()),
          new Binder(new MapConfigurationPropertySource(Map.of()))
              .bindOrCreate("hongyan.intake", IntakeProperties.class),
          new SimpleMeterRegistry());

  @AfterEach
  void close() {
    connections.destroy();
  }

  @Test
  void theServerNoticesWithinAMinuteThatAGatewayIsGone() throws SQLException {
    Connection connection = connections.take();

    List<Integer> keepalives = keepalives(connection);
    // As every use of a connection ends; what is only set in the transaction is then undone.
    connection.rollback();
    List<Integer> afterwards = keepalives(connection);
    connections.giveBack(connection);

    assertThat(keepalives).containsExactly(30, 10, 3);
    assertThat(afterwards).isEqualTo(keepalives);
  }

  private static List<Integer> keepalives(Connection connection) throws SQLException {
    List<Integer> found = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      for (String name : List.of("idle", "interval", "count")) {
        try (ResultSet row = statement.executeQuery("show tcp_keepalives_" + name)) {
          row.next();
          found.add(row.getInt(1));
        }
      }
    }
    return found;
  }

  /** The tests' database, as Spring Boot would hand it over. */
  private record TestDatabase(TestServers servers) implements JdbcConnectionDetails {

    @Override
    public String getJdbcUrl() {
      return servers.databaseUrl();
    }

    @Override
    public String getUsername() {
      return servers.environment().getOrDefault("HONGYAN_DATABASE_USER", "");
    }

    @Override
    public String getPassword() {
      return servers.environment().getOrDefault("HONGYAN_DATABASE_PASSWORD", "");
    }
  }
}
