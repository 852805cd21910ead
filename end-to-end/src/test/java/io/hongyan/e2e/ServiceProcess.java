package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One service as a process of its own, on a port that it keeps over restarts, with its output in
 * {@code target/e2e/<name>.log}. Owned by a {@link Stack} or by a test, which ends it.
 */
final class ServiceProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
  private static final int SHOWN_LOG_LINES = 25;

  private final Program program;
  private final String name;
  private final Map<String, String> environment;
  private final HttpCalls http;
  private final Path log;
  private final int port;
  private @Nullable Process process;

  /**
   * @param name unlike that of any other process of this run; names its log
   * @param environment all that the process gets to know
   */
  ServiceProcess(Program program, String name, Map<String, String> environment) {
    this.program = program;
    this.name = name;
    this.environment = environment;
    this.port = freePort();
    this.http = new HttpCalls(uri());
    this.log = newLog(name);
  }

  /** An empty log, so that nothing of an earlier run is read in it. */
  private static Path newLog(String name) {
    Path log = Path.of("target", "e2e", name + ".log");
    try {
      Files.createDirectories(log.getParent());
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + log, e);
    }
    return log;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts the process and returns at once; {@link #awaitHealthy} waits for it. */
  void start() {
    assertThat(isRunning()).as("%s runs already", name).isFalse();
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            // These processes live for seconds: the second compiler would cost more than it gives.
            "-XX:TieredStopAtLevel=1",
            "-jar",
            program.jar().toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put(program.portSetting(), Integer.toString(port));
    builder.environment().put("SERVER_ADDRESS", "127.0.0.1");
    builder.redirectErrorStream(true);
    try {
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      Process started = builder.start();
      // A test run that is itself interrupted leaves nothing running.
      Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
      process = started;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** Waits until the service says that it and every server it needs are well. */
  void awaitHealthy() {
    awaitHealth("up", () -> health().status() == 200);
  }

  /** Waits until the service answers at all, be it to say that a server is away. */
  void awaitAnswering() {
    awaitHealth("answering", () -> health().status() > 0);
  }

  private void awaitHealth(String wanted, java.util.concurrent.Callable<Boolean> isReached) {
    try {
      await(name + " " + wanted)
          .atMost(START_LIMIT)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsMatching(UncheckedIOException.class::isInstance)
          .failFast(name + " ended", () -> !isRunning())
          .until(isReached);
    } catch (RuntimeException e) {
      throw new AssertionError(
          "%s is not %s; its log ends with%n%s".formatted(name, wanted, lastLines()), e);
    }
  }

  /** What the health endpoint says; fails with UncheckedIOException when nobody listens. */
  HttpCalls.Answer health() {
    return http.get(program.healthPath());
  }

  boolean isRunning() {
    Process current = process;
    return current != null && current.isAlive();
  }

  long pid() {
    return running().pid();
  }

  /** {@code kill -9}: no shutdown hook, no flush, no goodbye. */
  void kill() {
    running().destroyForcibly();
    awaitExit();
  }

  /** SIGTERM, as an operator stops it. */
  void stop() {
    running().destroy();
    awaitExit();
  }

  /** Waits for the end of the process and returns its exit code. */
  int awaitExit() {
    Process current = running();
    try {
      if (!current.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(
            "%s does not end; its log ends with%n%s".formatted(name, lastLines()));
      }
      return current.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }

  /** Everything the process has printed, over all its starts. */
  List<String> logLines() {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + log, e);
    }
  }

  /** Ends the process if it still runs. */
  @Override
  public void close() {
    if (isRunning()) {
      stop();
    }
  }

  private Process running() {
    Process current = process;
    if (current == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return current;
  }

  private String lastLines() {
    List<String> lines = logLines();
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }
}
