package io.hongyan.bench.scenario;

import io.hongyan.bench.machine.ProcessTree;
import io.hongyan.bench.report.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long the services take to start, and what every process holds, idle and under load. */
final class ProcessSizes implements Scenario {

  private static final double MEGABYTE = 1 << 20;
  private static final double MILLIS_A_SECOND = 1_000;

  @Override
  public String name() {
    return "processes";
  }

  @Override
  public List<String> measure(Bed bed) {
    List<Map<String, Duration>> startUps = new ArrayList<>();
    List<Map<String, Long>> idle = new ArrayList<>();
    List<Map<String, Long>> loaded = new ArrayList<>();
    for (int round = 1; round <= bed.rounds(); round++) {
      startUps.add(bed.stack().restartServices());
      idle.add(resident(bed));
      List<String> account = bed.warmAccount("sizes", Bed.MANY_IN_FLIGHT);
      bed.pipeline().send(account, bed.messages(), Bed.NO_LATENCY);
      loaded.add(resident(bed));
      System.out.printf("  round %d: %s%n", round, startUps.getLast());
    }
    List<String> lines = new ArrayList<>();
    lines.add("| process | start until healthy, s | resident just started, MB | after load, MB |");
    lines.add("|---|---:|---:|---:|");
    idle.getFirst()
        .keySet()
        .forEach(
            name ->
                lines.add(
                    "| %s | %s | %s | %s |"
                        .formatted(
                            name,
                            startUps.getFirst().containsKey(name)
                                ? Figures.of(startUps, round -> seconds(round, name)).toCell(1)
                                : "",
                            Figures.of(idle, round -> megabytes(round, name)).toCell(0),
                            Figures.of(loaded, round -> megabytes(round, name)).toCell(0))));
    lines.add("");
    lines.add(
        "Gateway and sender start anew in each round; the servers and the simulator run on, and have had the earlier rounds' load.");
    return lines;
  }

  private static double seconds(Map<String, Duration> round, String name) {
    return round.getOrDefault(name, Duration.ZERO).toMillis() / MILLIS_A_SECOND;
  }

  private static double megabytes(Map<String, Long> round, String name) {
    return round.getOrDefault(name, 0L) / MEGABYTE;
  }

  private static Map<String, Long> resident(Bed bed) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    bed.stack()
        .parts()
        .forEach(
            (name, trees) ->
                sizes.put(name, trees.stream().mapToLong(ProcessTree::residentBytes).sum()));
    sizes.remove("load");
    return sizes;
  }
}
