package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.report.Figures;
import java.util.ArrayList;
import java.util.List;

/** Where the CPU time of a message goes, part by part. */
final class CpuTable {

  private CpuTable() {}

  static List<String> lines(List<Run> runs) {
    List<String> lines = new ArrayList<>();
    lines.add("| CPU µs a message | median (spread) |");
    lines.add("|---|---:|");
    for (String part : runs.getFirst().cpu().byPart().keySet()) {
      lines.add("| %s | %s |".formatted(part, Figures.of(runs, run -> run.micros(part)).toCell(1)));
    }
    double sum = Figures.of(runs, Run::micros).median();
    double rate = Figures.of(runs, Run::perSecond).median();
    int cores = Runtime.getRuntime().availableProcessors();
    lines.add("| all | %s |".formatted(Figures.of(runs, Run::micros).toCell(1)));
    lines.add("");
    lines.add(
        "%d cores give %s µs a message at %s/s: %s %% of them were busy with these processes."
            .formatted(
                cores,
                text(cores * 1e6 / rate, 0),
                text(rate, 0),
                text(100 * sum / (cores * 1e6 / rate), 0)));
    return lines;
  }
}
