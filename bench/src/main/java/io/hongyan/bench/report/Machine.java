package io.hongyan.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/** What was measured on, so that others can compare. */
public final class Machine {

  private static final double GIGABYTE = 1 << 30;
  private static final long KILO = 1_024;

  private Machine() {}

  /** One line, to stand under what was measured just now. */
  public static String describe(int rounds) throws IOException {
    return "%s, rounds: %d; %d cores (%s), %s GB of memory, %s %s, Java %s; load average at the end %s."
        .formatted(
            LocalDate.now(),
            rounds,
            Runtime.getRuntime().availableProcessors(),
            first("/proc/cpuinfo", "model name").replaceFirst(".*:\\s*", ""),
            Figures.text(
                Long.parseLong(first("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", ""))
                    * KILO
                    / GIGABYTE,
                0),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.version(),
            Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
  }

  private static String first(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .orElse(name + ": unknown 0");
  }
}
