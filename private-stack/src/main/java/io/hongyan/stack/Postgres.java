package io.hongyan.stack;

import static org.awaitility.Awaitility.await;

import io.hongyan.stack.process.OwnProcess;
import io.hongyan.stack.process.Ports;
import io.hongyan.stack.process.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server of the suite's own, with the durability of a real one. */
public final class Postgres implements AutoCloseable {

  public static final String USER = "hongyan";

  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final Installation installation;
  private final String password;
  private final Path data;
  private final Path log;
  private final int port;
  private final OwnProcess process;

  /** Nothing runs yet. */
  public Postgres(
      Installation installation, String password, Path logs, Ports ports, Processes processes) {
    this.installation = installation;
    this.password = password;
    this.data = installation.data().resolve("postgres");
    this.log = logs.resolve("postgres.log");
    this.port = ports.next();
    this.process =
        processes.create(
            "postgres",
            asPostgresUser(
                List.of(
                    installation.postgresBin().resolve("postgres").toString(),
                    "-D",
                    data.toString())),
            Map.of("LANG", "C.UTF-8", "PATH", System.getenv("PATH")),
            Path.of("/"),
            log);
  }

  /** Makes an empty database cluster. */
  public void create() {
    try {
      Files.createDirectories(data);
      Path passwordFile = installation.data().resolve("postgres-password");
      Files.writeString(passwordFile, password);
      if (installation.postgresUser() != null) {
        run(
            List.of(
                "chown", installation.postgresUser(), data.toString(), passwordFile.toString()));
      }
      run(
          asPostgresUser(
              List.of(
                  installation.postgresBin().resolve("initdb").toString(),
                  "-D",
                  data.toString(),
                  "--username=" + USER,
                  "--pwfile=" + passwordFile,
                  "--auth=scram-sha-256",
                  "--encoding=UTF8",
                  "--no-locale")));
      Files.delete(passwordFile);
      Files.writeString(
          data.resolve("postgresql.conf"),
          """
          listen_addresses = '127.0.0.1'
          port = %d
          unix_socket_directories = ''
          max_connections = 200
          shared_buffers = 256MB
          wal_compression = on
          max_wal_size = 4GB
          """
              .formatted(port),
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a database in " + data, e);
    }
  }

  public OwnProcess process() {
    return process;
  }

  /** A JDBC address, without user and password. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
  }

  /** Starts it, again and again where a killed predecessor's children still hold its memory. */
  public void startAndAwait() {
    await("PostgreSQL answers")
        .atMost(START_LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              if (!process.isRunning()) {
                process.start();
              }
              return answers();
            });
  }

  private boolean answers() {
    try (Connection connection = DriverManager.getConnection(url(), USER, password)) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false; // still starting, or recovering after a crash
    }
  }

  /** Fast shutdown: connections are cut, nothing is lost; returns when it is down. */
  public void stop() {
    process.interrupt();
    if (!process.awaitExit(Duration.ofMinutes(1))) {
      throw new IllegalStateException("PostgreSQL did not stop:\n" + process.lastLines());
    }
  }

  @Override
  public void close() {
    if (process.isRunning()) {
      stop();
    }
    process.close();
  }

  private List<String> asPostgresUser(List<String> command) {
    String user = installation.postgresUser();
    if (user == null) {
      return command;
    }
    List<String> asUser =
        new ArrayList<>(List.of("setpriv", "--reuid", user, "--regid", user, "--init-groups"));
    asUser.addAll(command);
    return asUser;
  }

  private void run(List<String> command) throws IOException {
    Process started =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      if (!started.waitFor(1, TimeUnit.MINUTES) || started.exitValue() != 0) {
        started.destroyForcibly();
        throw new IOException("%s failed, see %s".formatted(command, log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
