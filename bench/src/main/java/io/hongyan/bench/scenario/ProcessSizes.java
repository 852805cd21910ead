package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.machine.ProcessTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long the services take to start, and what every process holds, idle and under load. */
final class ProcessSizes implements Scenario {

  private static final double MEGABYTE = 1 << 20;

  @Override
  public String name() {
    return "processes";
  }

  @Override
  public List<String> measure(Bed bed) {
    Map<String, Long> before = resident(bed);
    List<String> account = bed.warmAccount("sizes", Bed.MANY_IN_FLIGHT);
    bed.pipeline().send(account, bed.messages(), Bed.NO_LATENCY);
    Map<String, Long> after = resident(bed);
    List<String> lines = new ArrayList<>();
    lines.add("| process | start until healthy, s | resident at first, MB | after load, MB |");
    lines.add("|---|---:|---:|---:|");
    before.forEach(
        (name, bytes) ->
            lines.add(
                "| %s | %s | %s | %s |"
                    .formatted(
                        name,
                        bed.startUp().containsKey(name)
                            ? text(bed.startUp().get(name).toMillis() / 1_000.0, 1)
                            : "",
                        text(bytes / MEGABYTE, 0),
                        text(after.getOrDefault(name, 0L) / MEGABYTE, 0))));
    return lines;
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
