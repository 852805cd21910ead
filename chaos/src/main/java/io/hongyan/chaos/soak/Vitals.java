package io.hongyan.chaos.soak;

import io.hongyan.stack.Service;
import io.hongyan.stack.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a process holds at one moment.
 *
 * @param heapBytes live: used after a full collection
 * @param residentBytes memory as the kernel counts it
 * @param threads of the operating system; virtual ones are part of the heap
 * @param files open file handles, sockets included
 */
record Vitals(long heapBytes, long residentBytes, long threads, long files) {

  private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"";

  /**
   * Takes them, after asking the process for a full collection.
   *
   * @param jcmd the JDK's program of that name
   */
  static Vitals take(Service service, Path jcmd) {
    long pid = service.process().pid();
    try {
      collect(jcmd, pid);
      Path proc = Path.of("/proc", Long.toString(pid));
      return new Vitals(
          liveHeap(service),
          status(proc, "VmRSS:") * 1024,
          status(proc, "Threads:"),
          files(proc.resolve("fd")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + service.name(), e);
    }
  }

  private static void collect(Path jcmd, long pid) throws IOException {
    Process collection =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!collection.waitFor(1, TimeUnit.MINUTES) || collection.exitValue() != 0) {
        throw new IOException("jcmd %d GC.run failed".formatted(pid));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static long liveHeap(Service service) throws IOException {
    return HttpCalls.to(service.uri())
        .get("/actuator/prometheus")
        .expectingSuccess()
        .text()
        .lines()
        .filter(line -> line.startsWith(HEAP))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static long status(Path proc, String name) throws IOException {
    return Files.readAllLines(proc.resolve("status")).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow(() -> new IOException("no " + name + " in " + proc));
  }

  private static long files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }
}
