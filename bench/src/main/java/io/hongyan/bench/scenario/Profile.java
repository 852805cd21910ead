package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.machine.CpuProfiler;
import io.hongyan.bench.report.FlameGraph;
import io.hongyan.bench.report.StackShares;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Where sender and gateway spend their CPU time while a batch goes through without latency. */
final class Profile implements Scenario {

  private static final int UNTIL_COMPILED = 3;
  private static final List<String> PROFILED = List.of("sender", "gateway");

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public List<String> measure(Bed bed) {
    List<String> account = bed.warmAccount("profile", Bed.MANY_IN_FLIGHT);
    for (int round = 0; round < UNTIL_COMPILED; round++) {
      bed.pipeline().send(account, bed.messages(), Bed.NO_LATENCY);
    }
    Path home = bed.installation().home();
    CpuProfiler profiler =
        new CpuProfiler(bed.installation().java().resolveSibling("jcmd"), home.resolve("profiler"));
    Map<String, Map<String, Double>> percent = new LinkedHashMap<>();
    for (String part : PROFILED) {
      profiler.start(bed.stack().pid(part));
    }
    Run run = bed.pipeline().send(account, bed.messages(), Bed.NO_LATENCY);
    for (String part : PROFILED) {
      Path stacks = home.resolve("profiler").resolve(part + ".txt");
      profiler.stop(
          bed.stack().pid(part), home.resolve("profiler").resolve(part + ".html"), stacks);
      List<String> collapsed = read(stacks);
      percent.put(part, StackShares.of(collapsed).percent());
      draw(collapsed, bed.pictures().resolve(part + ".svg"));
    }
    System.out.println("  flame graphs are in " + home.resolve("profiler"));
    return lines(run, percent);
  }

  private static void draw(List<String> collapsed, Path picture) {
    try {
      Files.createDirectories(picture.getParent());
      Files.writeString(picture, FlameGraph.svg(collapsed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Run run, Map<String, Map<String, Double>> percent) {
    List<String> lines = new ArrayList<>();
    lines.add("| % of CPU time, by whose code ran | " + String.join(" | ", PROFILED) + " |");
    lines.add("|---|" + "---:|".repeat(PROFILED.size()));
    TreeSet<String> owners = new TreeSet<>();
    percent.values().forEach(shares -> owners.addAll(shares.keySet()));
    for (String owner : owners) {
      StringBuilder line = new StringBuilder("| " + owner + " |");
      percent
          .values()
          .forEach(
              shares -> line.append(" %s |".formatted(text(shares.getOrDefault(owner, 0.0), 1))));
      lines.add(line.toString());
    }
    lines.add("");
    lines.add(
        "One batch of %s at %s/s with the profiler on: sender %s µs, gateway %s µs a message."
            .formatted(
                text(run.messages(), 0),
                text(run.perSecond(), 0),
                text(run.micros("sender"), 0),
                text(run.micros("gateway"), 0)));
    for (String part : PROFILED) {
      lines.add("");
      lines.add("![%1$s](benchmarks/%1$s.svg)".formatted(part));
    }
    return lines;
  }
}
