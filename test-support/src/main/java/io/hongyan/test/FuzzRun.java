package io.hongyan.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One fuzz test, run by Jazzer's driver in a JVM of its own because it takes one target a process:
 * inputs are changed, led by coverage, until the time is up or the target throws. Started by each
 * module's {@code FuzzIT}.
 */
public final class FuzzRun {

  /**
   * Time for each target, such as {@code 10m}; {@code 10s} where it is not given, as loading its
   * classes takes some.
   */
  // Where it is not given the run is a short one that tries the same inputs each time, so that a
  // build does not fail today for what it passed yesterday.
  private static final String DURATION = "fuzz.duration";

  /** Simple name of the only target to run; absent = all. */
  private static final String TARGET = "fuzz.target";

  private static final Path SEEDS = Path.of("src/test/resources");
  private static final Path CORPUS = Path.of(".cifuzz-corpus");
  private static final Path LOGS = Path.of("target/fuzz");
  private static final Duration START_AND_END = Duration.ofMinutes(2);
  private static final Duration SHORT_RUN_LIMIT = Duration.ofMinutes(1);
  private static final List<String> SHORT_RUN = List.of("-seed=1", "-runs=10000");
  private static final int SHOWN_LINES = 15;
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]*)([smh])");
  private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in (\\d+) second");
  private static final Pattern FOUND = Pattern.compile("Test unit written to (\\S+)");

  private final String target;
  private final @Nullable Duration duration;

  /**
   * @param duration null = a short run
   */
  private FuzzRun(String target, @Nullable Duration duration) {
    this.target = target;
    this.duration = duration;
  }

  /**
   * Starts every {@code *Fuzz} class of this module, or the one that {@code fuzz.target} names, as
   * many at a time as there are processors. Each future gives what the run did, or fails with what
   * it found.
   */
  public static List<Started> startAll() throws IOException {
    String given = System.getProperty(DURATION);
    @Nullable Duration duration = given == null ? null : duration(given);
    Files.createDirectories(LOGS);
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      return targets().stream()
          .map(target -> new FuzzRun(target, duration))
          .map(run -> new Started(run.name(), CompletableFuture.supplyAsync(run::run, pool)))
          .toList();
    } finally {
      pool.shutdown(); // it ends with its last run
    }
  }

  /** A run under way. */
  public record Started(String name, CompletableFuture<String> result) {}

  static Duration duration(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new IllegalArgumentException(
          "-D%s must be a number with s, m or h, such as 10m: %s".formatted(DURATION, text));
    }
    long amount = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  private static List<String> targets() throws IOException {
    Path classes = Path.of("target/test-classes");
    String ending = System.getProperty(TARGET, "Fuzz") + ".class";
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.endsWith(ending))
          .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
          .sorted()
          .toList();
    }
  }

  private String name() {
    return target.substring(target.lastIndexOf('.') + 1);
  }

  private String run() {
    try {
      return runDriver();
    } catch (IOException e) {
      throw new IllegalStateException("fuzzing of " + target + " could not be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("fuzzing of " + target + " was interrupted", e);
    }
  }

  private String runDriver() throws IOException, InterruptedException {
    Path seeds = seeds();
    // A short run learns nothing from those before it, or it would not be the same.
    Path corpus =
        duration == null
            ? Files.createTempDirectory(LOGS, name())
            : Files.createDirectories(CORPUS.resolve(name()));
    Path log = LOGS.resolve(name() + ".log");
    Process process =
        new ProcessBuilder(command(seeds, corpus))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended;
    try {
      ended = process.waitFor(limit().toSeconds(), TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    Matcher done = DONE.matcher(output);
    if (!ended || process.exitValue() != 0 || !done.find()) {
      throw new AssertionError(finding(output, log));
    }
    return "%s: %s inputs in %s s".formatted(name(), done.group(1), done.group(2));
  }

  private Duration limit() {
    return (duration == null ? SHORT_RUN_LIMIT : duration).plus(START_AND_END);
  }

  private List<String> command(Path seeds, Path corpus) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.valueOf(classPath),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target,
                "--custom_hook_includes=io.hongyan.**",
                "--instrumentation_includes=io.hongyan.**:tools.jackson.core.json.*:tools.jackson.core.base.*",
                "-use_value_profile=1",
                // Seconds for one input. The first loads classes, which on a busy machine takes
                // long.
                "-timeout=60",
                "-artifact_prefix=" + seeds + "/",
                corpus.toString(),
                seeds.toString()));
    if (duration == null) {
      command.addAll(SHORT_RUN);
    } else {
      command.add("-max_total_time=" + duration.toSeconds());
    }
    return command;
  }

  /** Where the fuzz test's first inputs are, and where a found one is kept as the next of them. */
  private Path seeds() throws IOException {
    Path inputs = SEEDS.resolve(target.replace('.', '/') + "Inputs");
    try (Stream<Path> methods = Files.list(inputs)) {
      return methods
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow(() -> new IOException("no seeds in " + inputs));
    }
  }

  private String finding(String output, Path log) {
    Matcher found = FOUND.matcher(output);
    String input =
        found.find() ? "with the input " + found.group(1) : "in a way that left no input";
    int start = Math.max(0, output.indexOf("== Java Exception"));
    String shown = String.join("\n", output.substring(start).lines().limit(SHOWN_LINES).toList());
    return "%s failed %s; all of its output is in %s\n%s".formatted(target, input, log, shown);
  }
}
