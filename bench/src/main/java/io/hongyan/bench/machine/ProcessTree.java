package io.hongyan.bench.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process with all that it has started, children that have ended included: PostgreSQL has one for
 * each connection.
 */
public final class ProcessTree {

  /** The kernel counts in ticks of 10 ms on every Linux that Java runs on. */
  private static final long MICROS_A_TICK = 10_000;

  private static final Path PROC = Path.of("/proc");

  private final ProcessHandle root;
  private final boolean withChildren;

  private ProcessTree(ProcessHandle root, boolean withChildren) {
    this.root = root;
    this.withChildren = withChildren;
  }

  /** Of a process that runs. */
  public static ProcessTree of(long pid) {
    return new ProcessTree(
        ProcessHandle.of(pid)
            .orElseThrow(() -> new IllegalStateException("process %d has ended".formatted(pid))),
        true);
  }

  /** This process without what it has started. */
  public static ProcessTree ofThisProcess() {
    return new ProcessTree(ProcessHandle.current(), false);
  }

  /** CPU time it has used since it began, of all its threads, in user mode and in the kernel. */
  public Duration cpu() {
    return Duration.ofNanos(all().mapToLong(this::ticks).sum() * MICROS_A_TICK * 1_000);
  }

  /** Resident memory in bytes; pages that processes share count for each. */
  public long residentBytes() {
    return all().mapToLong(ProcessTree::resident).sum();
  }

  private Stream<ProcessHandle> all() {
    return withChildren ? Stream.concat(Stream.of(root), root.descendants()) : Stream.of(root);
  }

  private long ticks(ProcessHandle process) {
    String stat = read(process, "stat");
    if (stat.isEmpty()) {
      return 0; // ended meanwhile: its parent has its time now
    }
    // The name in brackets may have spaces; after it come state, ppid and so on, as proc(5) says:
    // utime, stime, and cutime, cstime of children that were waited for.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    List<Integer> counted = withChildren ? List.of(11, 12, 13, 14) : List.of(11, 12);
    return counted.stream().mapToLong(field -> Long.parseLong(fields.get(field))).sum();
  }

  private static long resident(ProcessHandle process) {
    return read(process, "status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .sum();
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(PROC.resolve(Long.toString(process.pid())).resolve(file));
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      if (!process.isAlive()) {
        return "";
      }
      throw new UncheckedIOException(e);
    }
  }
}
