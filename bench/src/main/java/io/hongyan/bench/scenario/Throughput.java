package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.report.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Without latency, one account: the whole product beside what teams run today and beside a program
 * without any framework that does the same, in turns.
 */
final class Throughput implements Scenario {

  private static final String PRODUCT = "Hongyan, POST to last row";
  private static final Map<String, String> PEERS = new LinkedHashMap<>();

  static {
    PEERS.put("floor", "floor: the same steps without a framework");
    PEERS.put("wxjava-log", "WxJava, 100 threads, one log row a send");
    PEERS.put("wxjava", "WxJava, 100 threads, no record");
    PEERS.put("okhttp", "bare OkHttp POST, 100 at a time");
    PEERS.put("rabbit", "bare RabbitMQ publish, confirm, consume, ack");
  }

  @Override
  public String name() {
    return "throughput";
  }

  @Override
  public List<String> measure(Bed bed) {
    List<Run> product = new ArrayList<>();
    Map<String, List<Run>> peers = new LinkedHashMap<>();
    Map<String, List<Double>> rows = new LinkedHashMap<>();
    List<String> account = bed.warmAccount("throughput", Bed.MANY_IN_FLIGHT);
    for (int round = 1; round <= bed.rounds(); round++) {
      product.add(bed.pipeline().send(account, bed.messages(), Bed.NO_LATENCY));
      tell(round, PRODUCT, product.getLast());
      for (Map.Entry<String, String> peer : PEERS.entrySet()) {
        bed.wechat().reset(Bed.NO_LATENCY);
        // A process for each round, warm when it is measured: idle ones would hold memory and
        // connections while the others run.
        try (PeerProcess process = bed.peer(peer.getKey(), bed.messages(), bed.messages() / 4)) {
          Run run = process.run();
          peers.computeIfAbsent(peer.getValue(), unused -> new ArrayList<>()).add(run);
          tell(round, peer.getValue(), run);
        }
      }
      try (PeerProcess process = bed.peer("postgres", bed.messages(), bed.messages() / 4)) {
        process
            .runParts()
            .forEach(
                (part, seconds) ->
                    rows.computeIfAbsent(part, unused -> new ArrayList<>())
                        .add(bed.messages() / seconds));
      }
    }
    return lines(bed, product, peers, rows);
  }

  private static void tell(int round, String name, Run run) {
    System.out.printf(
        "  round %d: %s %s/s, %s µs of CPU%n",
        round, name, text(run.perSecond(), 0), text(run.micros(), 0));
  }

  private static List<String> lines(
      Bed bed, List<Run> product, Map<String, List<Run>> peers, Map<String, List<Double>> rows) {
    double rate = Figures.of(product, Run::perSecond).median();
    List<String> lines = new ArrayList<>();
    lines.add(
        "| %s messages, no latency | messages/s | CPU µs a message, all processes | Hongyan is |"
            .formatted(text(bed.messages(), 0)));
    lines.add("|---|---:|---:|---:|");
    lines.add(line(PRODUCT, product, ""));
    peers.forEach(
        (name, runs) ->
            lines.add(
                line(
                    name,
                    runs,
                    text(rate / Figures.of(runs, Run::perSecond).median(), 2) + " times")));
    rows.forEach(
        (part, perSecond) ->
            lines.add(
                "| bare PostgreSQL, %s, rows | %s | | |"
                    .formatted(part, new Figures(perSecond).toCell(0))));
    lines.add("");
    lines.addAll(CpuTable.lines(product));
    return lines;
  }

  private static String line(String name, List<Run> runs, String comparison) {
    return "| %s | %s | %s | %s |"
        .formatted(
            name,
            Figures.of(runs, Run::perSecond).toCell(0),
            Figures.of(runs, Run::micros).toCell(0),
            comparison);
  }
}
