package io.hongyan.bench;

import io.hongyan.bench.peer.Peers;
import io.hongyan.bench.scenario.Scenario;
import io.hongyan.bench.scenario.Scenarios;
import io.hongyan.stack.Installation;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Entry of {@code ./hongyan bench}, and of the peers that it starts. Exit codes: 0 = done, 1 =
 * failed, 2 = not understood.
 */
final class Bench {

  private static final int MISUSED = 2;

  private Bench() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> words = List.of(arguments);
    String command = words.isEmpty() ? "" : words.getFirst();
    List<String> rest = words.subList(Math.min(1, words.size()), words.size());
    switch (command) {
      // The broker's client and the connection pools leave threads behind that would keep the JVM.
      case "peer" -> System.exit(Peers.runInThisProcess(rest));
      case "bench" -> {
        measure(rest);
        System.exit(0);
      }
      default -> misused("the first argument is bench, or peer and a name of " + Peers.names());
    }
  }

  private static void measure(List<String> arguments) throws IOException, InterruptedException {
    try {
      BenchOptions options = BenchOptions.parse(arguments);
      List<Scenario> chosen = chosen(options);
      new Benchmark(Installation.from(System.getenv()), options).run(chosen);
    } catch (IllegalArgumentException e) {
      misused(String.valueOf(e.getMessage()));
    }
  }

  private static List<Scenario> chosen(BenchOptions options) {
    List<Scenario> all = Scenarios.all(options.historyRows(), options.longRunMessages());
    for (String name : options.names()) {
      if (all.stream().noneMatch(scenario -> scenario.name().equals(name))) {
        throw new IllegalArgumentException(
            "there is no scenario %s; there are %s"
                .formatted(
                    name, all.stream().map(Scenario::name).collect(Collectors.joining(", "))));
      }
    }
    return all.stream()
        .filter(scenario -> options.names().isEmpty() || options.names().contains(scenario.name()))
        .toList();
  }

  private static void misused(String why) {
    System.err.println("hongyan: " + why);
    System.exit(MISUSED);
  }
}
