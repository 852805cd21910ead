package io.hongyan.chaos.stack;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The programs a stack is made of, as the launcher found them on this machine.
 *
 * @param checkout where docs/ is
 * @param home logs and what belongs to the user who called
 * @param data directory for the servers' data; PostgreSQL's user can reach it
 * @param postgresUser the user PostgreSQL runs as; null = the one who called
 * @param breakerJar Java agent that breaks a service on purpose, for the self-test
 */
public record Installation(
    Path checkout,
    Path home,
    Path data,
    Path java,
    Path rabbitmqBin,
    Path epmd,
    Path redis,
    Path postgresBin,
    @Nullable String postgresUser,
    Path gatewayJar,
    Path senderJar,
    Path simulatorJar,
    Path breakerJar) {

  /**
   * Reads it from the environment that {@code ./hongyan chaos} sets.
   *
   * @throws IllegalArgumentException naming the variable that is missing
   */
  public static Installation from(Map<String, String> environment) {
    Path home = path(environment, "CHAOS_HOME");
    Path data = path(environment, "CHAOS_DATA");
    if (home.toAbsolutePath().startsWith(data.toAbsolutePath())) {
      throw new IllegalArgumentException(
          "CHAOS_DATA (%s) is emptied for each stack and must not have CHAOS_HOME (%s) in it"
              .formatted(data, home));
    }
    String user = environment.getOrDefault("POSTGRES_USER", "");
    return new Installation(
        path(environment, "CHAOS_ROOT"),
        home,
        data,
        path(environment, "JDK").resolve("bin").resolve("java"),
        path(environment, "RABBITMQ_BIN"),
        path(environment, "EPMD"),
        path(environment, "REDIS_PROGRAM"),
        path(environment, "POSTGRES_BIN"),
        user.isEmpty() ? null : user,
        path(environment, "GATEWAY_JAR"),
        path(environment, "SENDER_JAR"),
        path(environment, "SIMULATOR_JAR"),
        path(environment, "BREAKER_JAR"));
  }

  private static Path path(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          name + " is not set; this program is started by ./hongyan chaos, which sets it");
    }
    return Path.of(value);
  }
}
