package io.hongyan.stack.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program of the suite's own that can be started, stopped and killed again and again. It ends
 * with the suite, whatever ends that. Thread-safe.
 */
public final class OwnProcess implements AutoCloseable {

  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
  private static final int SHOWN_LOG_LINES = 25;
  private static final int SHOWN_LOG_BYTES = 20_000;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path directory;
  private final Path log;
  private final Processes processes;
  private final List<String> unorderedEnds = new ArrayList<>();
  private volatile @Nullable Process process;
  private boolean endOrdered;
  private boolean closed;

  /**
   * @param command the program, which must not fork away from its pid
   * @param environment all that it gets to know
   * @param log its output is appended here
   */
  OwnProcess(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      Path log,
      Processes processes) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.directory = directory;
    this.log = log;
    this.processes = processes;
  }

  /** Where its output goes. */
  public Path log() {
    return log;
  }

  /** What the suite calls it; also names its log. */
  public String name() {
    return name;
  }

  /** Starts it and returns at once. */
  public synchronized void start() {
    if (closed || isRunning()) {
      throw new IllegalStateException(name + (closed ? " was ended for good" : " runs already"));
    }
    noteUnorderedEnd();
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      Process started = builder.start();
      process = started;
      endOrdered = false;
      processes.remember(name, started.toHandle());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name + " as " + command.getFirst(), e);
    }
  }

  private void noteUnorderedEnd() {
    Process current = process;
    if (current != null && !current.isAlive() && !endOrdered) {
      endOrdered = true; // noted once
      unorderedEnds.add("%s ended by itself, exit code %d".formatted(name, current.exitValue()));
    }
  }

  /** Since this was last asked, the ends that nobody ordered here. */
  public synchronized List<String> takeUnorderedEnds() {
    noteUnorderedEnd();
    List<String> taken = List.copyOf(unorderedEnds);
    unorderedEnds.clear();
    return taken;
  }

  private synchronized Process toBeEnded() {
    noteUnorderedEnd();
    endOrdered = true;
    return running();
  }

  public boolean isRunning() {
    Process current = process;
    return current != null && current.isAlive();
  }

  public long pid() {
    return running().pid();
  }

  /** {@code kill -9}: no shutdown hook, no flush, no goodbye. */
  public void kill() {
    killAll(List.of(this));
  }

  /** Kills them all before the end of any of them is waited for. */
  public static void killAll(List<OwnProcess> processes) {
    processes.forEach(process -> process.toBeEnded().destroyForcibly());
    for (OwnProcess process : processes) {
      if (!process.awaitExit(KILL_LIMIT)) {
        throw new IllegalStateException(process.name + " survived kill -9");
      }
    }
  }

  /** SIGTERM, as an operator stops it; returns at once. */
  public void terminate() {
    toBeEnded().destroy();
  }

  /** SIGINT, which PostgreSQL takes for a fast shutdown; returns at once. */
  public void interrupt() {
    toBeEnded();
    signal("INT");
  }

  /** SIGTERM, and waits for the end; fails if it takes longer than the limit. */
  public void stop(Duration limit) {
    terminate();
    if (!awaitExit(limit)) {
      throw new IllegalStateException(
          "%s did not end within %s of SIGTERM; its log ends with%n%s"
              .formatted(name, limit, lastLines()));
    }
  }

  /** Whether it ended within the limit. */
  public boolean awaitExit(Duration limit) {
    try {
      return running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }

  /** The end of its log, to be shown when something went wrong. */
  public String lastLines() {
    try {
      List<String> lines = new String(lastBytes(), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + log, e);
    }
  }

  private byte[] lastBytes() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - SHOWN_LOG_BYTES);
      byte[] last = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(last);
      return last;
    }
  }

  /** Ends it for good if it still runs, by force if it must. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    if (isRunning()) {
      terminate();
      if (!awaitExit(CLOSE_LIMIT)) {
        kill();
      }
    }
  }

  private void signal(String signal) {
    try {
      int exit =
          new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0 && isRunning()) {
        throw new IllegalStateException("kill -%s of %s failed".formatted(signal, name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot signal " + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling " + name, e);
    }
  }

  private Process running() {
    Process current = process;
    if (current == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return current;
  }
}
