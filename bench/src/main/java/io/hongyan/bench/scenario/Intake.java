package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.load.Format;
import io.hongyan.bench.report.Figures;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A million recipients to 202, of a batch that is not due: nothing is released meanwhile. */
final class Intake implements Scenario {

  private static final int RECIPIENTS = 1_000_000;

  @Override
  public String name() {
    return "intake";
  }

  @Override
  public List<String> measure(Bed bed) {
    bed.warmAccount("intake", Bed.MANY_IN_FLIGHT);
    Map<Format, List<Run>> runs = new EnumMap<>(Format.class);
    String due =
        OffsetDateTime.now(ZoneOffset.UTC).plusDays(1).truncatedTo(ChronoUnit.SECONDS).toString();
    for (int round = 1; round <= bed.rounds(); round++) {
      for (Format format : Format.values()) {
        Path body = bed.recipients().body(format, RECIPIENTS);
        Stopwatch watch = Stopwatch.start(bed.stack().parts());
        bed.gateway().submit("intake", format, body, "&sendAt=" + due);
        Run run = watch.stop(RECIPIENTS);
        runs.computeIfAbsent(format, unused -> new ArrayList<>()).add(run);
        System.out.printf(
            "  round %d: %s %s recipients/s%n", round, format, text(run.perSecond(), 0));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "| %s recipients to 202, -Xmx512m | recipients/s | CPU µs a recipient: gateway | PostgreSQL | upload, MB |"
            .formatted(text(RECIPIENTS, 0)));
    lines.add("|---|---:|---:|---:|---:|");
    runs.forEach(
        (format, measured) ->
            lines.add(
                "| %s | %s | %s | %s | %s |"
                    .formatted(
                        format,
                        Figures.of(measured, Run::perSecond).toCell(0),
                        Figures.of(measured, run -> run.micros("gateway")).toCell(1),
                        Figures.of(measured, run -> run.micros("PostgreSQL")).toCell(1),
                        text(megabytes(bed.recipients().body(format, RECIPIENTS)), 0))));
    return lines;
  }

  private static double megabytes(Path file) {
    return file.toFile().length() / 1e6;
  }
}
