package io.hongyan.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packaged agent in the packaged services, whose classes come out of jars within a jar. They
 * are given no servers: a break is in its class long before a service finds that out.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BrokenProgramIT {

  @ParameterizedTest
  @CsvSource({
    "sender-service, ack-before-commit",
    "sender-service, no-start-row",
    "gateway-service, cursor-before-confirm"
  })
  void aPackagedServiceStartsBroken(String module, String name) throws Exception {
    Process service = start(jarOf(module), name);

    assertThat(linesUpTo(service, "breaker armed " + name)).last().asString().contains(name);
    service.destroyForcibly().waitFor();
  }

  @Test
  void anUnknownBreakEndsTheProcess() throws Exception {
    Process service = start(jarOf("sender-service"), "no-such-break");

    assertThat(linesUpTo(service, "there is no break 'no-such-break', only ack-before-commit"))
        .hasSize(1);
    assertThat(service.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(service.exitValue()).isEqualTo(86);
  }

  private static Process start(Path program, String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-javaagent:%s=%s".formatted(jarOf("chaos-breaker"), name),
            "-jar",
            program.toString());
    builder.environment().clear();
    // Nobody listens on port 1, and the master key is one of zeros.
    builder.environment().put("HONGYAN_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/none");
    builder.environment().put("HONGYAN_DATABASE_USER", "nobody");
    builder.environment().put("HONGYAN_DATABASE_PASSWORD", "none");
    builder.environment().put("HONGYAN_RABBITMQ_URL", "amqp://127.0.0.1:1");
    builder.environment().put("HONGYAN_REDIS_URL", "redis://127.0.0.1:1");
    builder.environment().put("HONGYAN_MASTER_KEY", "A".repeat(43) + "=");
    builder.environment().put("HONGYAN_ADMIN_KEY", "0".repeat(64));
    builder.environment().put("HONGYAN_WECHAT_BASE_URL", "http://127.0.0.1:1");
    builder.environment().put("SERVER_ADDRESS", "127.0.0.1");
    builder.environment().put("SERVER_PORT", "0");
    builder.redirectErrorStream(true);
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  /** What it prints up to the line that says so; fails with all of it if no line does. */
  private static List<String> linesUpTo(Process process, String wanted) throws IOException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.contains(wanted)) {
          return lines;
        }
      }
    }
    throw new AssertionError(
        "it ended without '%s':%n%s".formatted(wanted, String.join("\n", lines)));
  }

  private static Path jarOf(String module) {
    Path target = Path.of("..", module, "target").toAbsolutePath().normalize();
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches(module + "-[0-9].*\\.jar"))
          .reduce(
              (one, other) -> {
                throw new IllegalStateException("two jars in " + target + ": run mvn clean");
              })
          .orElseThrow(() -> new IllegalStateException("no jar of " + module + " in " + target));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for the jar of " + module, e);
    }
  }
}
