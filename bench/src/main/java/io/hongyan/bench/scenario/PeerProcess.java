package io.hongyan.bench.scenario;

import io.hongyan.bench.load.BenchAccounts;
import io.hongyan.bench.machine.ProcessTree;
import io.hongyan.bench.stack.BenchStack;
import io.hongyan.stack.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A peer in a JVM of its own, warm, that does one run after the other when told. It ends when its
 * input does, and so with the benchmark, whatever ends that.
 */
final class PeerProcess implements AutoCloseable {

  static final String ACCOUNT = "peer";

  private static final Duration LIMIT = Duration.ofMinutes(20);

  private final String name;
  private final int messages;
  private final BenchStack stack;
  private final Process process;
  private final BufferedReader out;
  private final Writer in;

  private PeerProcess(String name, int messages, BenchStack stack, Process process) {
    this.name = name;
    this.messages = messages;
    this.stack = stack;
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }

  /**
   * Starts it and waits until it is warm.
   *
   * @param options of this peer, beside the numbers of messages
   */
  static PeerProcess start(
      Installation installation,
      BenchStack stack,
      String name,
      int messages,
      int warmUp,
      String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                installation.java().toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-jar",
                installation.jar("bench").toString(),
                "peer",
                name,
                "--messages",
                Integer.toString(messages),
                "--warm-up",
                Integer.toString(warmUp)));
    command.addAll(List.of(options));
    Path log = installation.home().resolve("logs").resolve("peer-" + name + ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    Map<String, String> environment = new HashMap<>(stack.environment());
    environment.put("SIMULATOR_URL", stack.simulator().toString());
    environment.put("BENCH_APPID", BenchAccounts.appId(ACCOUNT));
    environment.put("BENCH_SECRET", BenchAccounts.secret());
    environment.put("BENCH_TEMPLATE", BenchAccounts.WECHAT_TEMPLATE);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      stack.endWithStack(process);
      PeerProcess peer = new PeerProcess(name, messages, stack, process);
      peer.expect("READY", log);
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start peer " + name, e);
    }
  }

  private void expect(String wanted, Path log) throws IOException {
    String line = readLine();
    if (!wanted.equals(line)) {
      close();
      throw new IllegalStateException("peer %s did not get ready, see %s".formatted(name, log));
    }
  }

  /** One measured run; its seconds are the peer's own, so that starting it costs nothing. */
  Run run() {
    Map<String, List<ProcessTree>> parts = new LinkedHashMap<>(stack.parts());
    parts.put("peer", List.of(ProcessTree.of(process.pid())));
    Stopwatch watch = Stopwatch.start(parts);
    JsonNode result = exchange();
    Run run = watch.stop(messages);
    return new Run(messages, result.get("seconds").asDouble(), run.cpu());
  }

  /** One measured run of a peer that does several things; seconds of each. */
  Map<String, Double> runParts() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    exchange().get("parts").forEachEntry((part, took) -> seconds.put(part, took.asDouble()));
    return seconds;
  }

  /** Null at the end; a peer that hangs is ended, which ends its output. */
  private @Nullable String readLine() throws IOException {
    CompletableFuture<Void> over = new CompletableFuture<>();
    over.orTimeout(LIMIT.toMinutes(), TimeUnit.MINUTES)
        .exceptionally(
            late -> {
              process.destroyForcibly();
              return null;
            });
    try {
      return out.readLine();
    } finally {
      over.complete(null);
    }
  }

  private JsonNode exchange() {
    try {
      in.write("RUN\n");
      in.flush();
      String line = readLine();
      JsonNode result = line == null ? null : JsonMapper.shared().readTree(line);
      if (result == null || result.get("errors").asInt() > 0) {
        throw new IllegalStateException("peer %s failed: %s".formatted(name, line));
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException("peer " + name + " does not answer", e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
