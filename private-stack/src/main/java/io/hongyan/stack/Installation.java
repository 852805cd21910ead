package io.hongyan.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The programs a stack is made of, as the launcher found them on this machine.
 *
 * @param checkout where docs/ is
 * @param home logs and what belongs to the user who called
 * @param data directory for the servers' data; PostgreSQL's user can reach it
 * @param postgresUser the user PostgreSQL runs as; null = the one who called
 * @param jars directory with a jar for each module
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
    Path jars) {

  /**
   * Reads it from the environment that the launcher sets.
   *
   * @throws IllegalArgumentException naming the variable that is missing
   */
  public static Installation from(Map<String, String> environment) {
    Path home = path(environment, "STACK_HOME");
    Path data = path(environment, "STACK_DATA");
    if (home.toAbsolutePath().startsWith(data.toAbsolutePath())) {
      throw new IllegalArgumentException(
          "STACK_DATA (%s) is emptied for each stack and must not have STACK_HOME (%s) in it"
              .formatted(data, home));
    }
    String user = environment.getOrDefault("POSTGRES_USER", "");
    return new Installation(
        path(environment, "STACK_ROOT"),
        home,
        data,
        path(environment, "JDK").resolve("bin").resolve("java"),
        path(environment, "RABBITMQ_BIN"),
        path(environment, "EPMD"),
        path(environment, "REDIS_PROGRAM"),
        path(environment, "POSTGRES_BIN"),
        user.isEmpty() ? null : user,
        path(environment, "STACK_JARS"));
  }

  /** The program, or agent, that a module of this name is packaged as. */
  public Path jar(String module) {
    return jars.resolve(module + ".jar");
  }

  /** Makes the directory for logs, and that for data empty: an earlier stack's is deleted. */
  public void makeDirectories(Path logs) {
    try {
      Files.createDirectories(logs);
      if (Files.exists(data)) {
        try (var paths = Files.walk(data)) {
          List<Path> deepestFirst =
              paths.sorted(Comparator.reverseOrder()).filter(p -> !p.equals(data)).toList();
          for (Path path : deepestFirst) {
            Files.delete(path);
          }
        }
      }
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + data, e);
    }
  }

  private static Path path(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          name + " is not set; this program is started by ./hongyan, which sets it");
    }
    return Path.of(value);
  }
}
