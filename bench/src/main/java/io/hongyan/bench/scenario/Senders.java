package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.report.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One, two and four senders, without latency and with it. */
final class Senders implements Scenario {

  private static final int SECONDS = 12;

  @Override
  public String name() {
    return "senders";
  }

  @Override
  public List<String> measure(Bed bed) {
    Map<Integer, Rounds> rounds = new LinkedHashMap<>();
    List<String> fast = bed.warmAccount("senders", Bed.MANY_IN_FLIGHT);
    bed.accounts().put("senders-usual", 200);
    for (int round = 1; round <= bed.rounds(); round++) {
      for (int senders : List.of(1, 2, 4)) {
        bed.stack().runSenders(senders);
        // A JVM that has just started is warm after this.
        bed.pipeline().send(fast, bed.messages() / 4, Bed.NO_LATENCY);
        Rounds measured = rounds.computeIfAbsent(senders, unused -> new Rounds());
        measured.bare.add(bed.pipeline().send(fast, bed.messages(), Bed.NO_LATENCY));
        int messages = (int) (200 * senders * 1_000L / Bed.LATENCY.toMillis()) * SECONDS;
        measured.slow.add(bed.pipeline().send(List.of("senders-usual"), messages, Bed.LATENCY));
        System.out.printf(
            "  round %d: %d senders, %s/s without latency, %s/s with it%n",
            round,
            senders,
            text(measured.bare.getLast().perSecond(), 0),
            text(measured.slow.getLast().perSecond(), 0));
      }
    }
    bed.stack().runSenders(1);
    List<String> lines = new ArrayList<>();
    lines.add(
        "| senders | messages/s, no latency | CPU µs a message | messages/s at %d ms, 200 in flight each, whole batch |"
            .formatted(Bed.LATENCY.toMillis()));
    lines.add("|---:|---:|---:|---:|");
    rounds.forEach(
        (senders, measured) ->
            lines.add(
                "| %d | %s | %s | %s |"
                    .formatted(
                        senders,
                        Figures.of(measured.bare, Run::perSecond).toCell(0),
                        Figures.of(measured.bare, Run::micros).toCell(0),
                        Figures.of(measured.slow, Run::perSecond).toCell(0))));
    return lines;
  }

  private static final class Rounds {
    final List<Run> bare = new ArrayList<>();
    final List<Run> slow = new ArrayList<>();
  }
}
