package io.hongyan.jobs;

import io.hongyan.test.TestServers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The tests' database with the project's tables; each test has jobs of its own names. */
final class TestDatabase {

  private TestDatabase() {}

  /** A connection for each statement, without a pool. */
  static DataSource dataSource() {
    return Migrated.DATA_SOURCE;
  }

  static JdbcClient jdbc() {
    return JdbcClient.create(dataSource());
  }

  /** The job's rows, oldest moment first, as text; SQL's null is {@code null}. */
  static List<Map<String, String>> runs(String job) {
    return jdbc()
        .sql(
            """
            select due_at, instance, result, remark, finished_at
            from scheduler_log where job = ? order by due_at
            """)
        .param(job)
        .query()
        .listOfRows()
        .stream()
        .map(TestDatabase::asText)
        .toList();
  }

  private static Map<String, String> asText(Map<String, @Nullable Object> row) {
    Map<String, String> text = new HashMap<>();
    row.forEach((column, value) -> text.put(column, String.valueOf(value)));
    return text;
  }

  /** Made once a JVM. */
  private static final class Migrated {
    static final DataSource DATA_SOURCE = migrated();

    private static DataSource migrated() {
      Map<String, String> servers = TestServers.get().environment();
      DataSource dataSource =
          new DriverManagerDataSource(
              TestServers.get().databaseUrl(),
              servers.getOrDefault("HONGYAN_DATABASE_USER", ""),
              servers.getOrDefault("HONGYAN_DATABASE_PASSWORD", ""));
      Flyway.configure().dataSource(dataSource).load().migrate();
      return dataSource;
    }
  }
}
