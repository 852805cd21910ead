package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.report.Figures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Without latency, one account: the whole product beside what teams run today and beside a program
 * without any framework that does the same, in turns.
 */
final class Throughput implements Scenario {

  private static final String PRODUCT = "Hongyan, POST to last row";
  private static final List<PeerKind> PEERS =
      List.of(
          new PeerKind(
              "floor",
              "floor: publish, rows, POST, ack without a framework, no HTTP intake",
              List.of("RabbitMQ", "PostgreSQL")),
          new PeerKind(
              "wxjava-log", "WxJava, 100 threads, one log row a send", List.of("PostgreSQL")),
          new PeerKind(
              "wxjava-log",
              "the same with WxJava's and HikariCP's usual 10 connections",
              List.of("PostgreSQL"),
              "--connections",
              "10"),
          new PeerKind("wxjava", "WxJava, 100 threads, no record", List.of()),
          new PeerKind("okhttp", "bare OkHttp POST, 100 at a time", List.of()),
          new PeerKind(
              "rabbit", "bare RabbitMQ publish, confirm, consume, ack", List.of("RabbitMQ")));

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
    // As the peers: a whole round after a smaller one.
    bed.pipeline().send(account, bed.messages(), Bed.NO_LATENCY);
    for (int round = 1; round <= bed.rounds(); round++) {
      product.add(bed.pipeline().send(account, bed.messages(), Bed.NO_LATENCY));
      tell(round, PRODUCT, product.getLast());
      // Another first in each round: whoever comes after a big one works while the database cleans
      // up.
      List<PeerKind> order = new ArrayList<>(PEERS);
      Collections.rotate(order, -round);
      for (PeerKind peer : order) {
        Run run = run(bed, peer);
        peers.computeIfAbsent(peer.text(), unused -> new ArrayList<>()).add(run);
        tell(round, peer.text(), run);
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

  /** In a process of its own; its second run counts, as the product's JVMs are warm too. */
  private static Run run(Bed bed, PeerKind peer) {
    try (PeerProcess process =
        bed.peer(
            peer.name(),
            bed.messages(),
            bed.messages() / 4,
            peer.options().toArray(String[]::new))) {
      bed.wechat().reset(Bed.NO_LATENCY);
      process.run();
      bed.wechat().reset(Bed.NO_LATENCY);
      Run run = process.run();
      return run.of(peer.parts());
    }
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

  /**
   * @param servers that it uses, beside the simulator; others are not its cost
   */
  private record PeerKind(String name, String text, List<String> servers, List<String> options) {

    PeerKind(String name, String text, List<String> servers, String... options) {
      this(name, text, servers, List.of(options));
    }

    List<String> parts() {
      return Stream.concat(Stream.of("peer", "simulator"), servers.stream()).toList();
    }
  }
}
