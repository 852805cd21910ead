package io.hongyan.chaos;

import io.hongyan.chaos.report.ReliabilityPage;
import io.hongyan.chaos.scenario.Scenario;
import io.hongyan.chaos.scenario.Scenarios;
import io.hongyan.chaos.stack.Installation;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Entry of {@code ./hongyan chaos} and {@code ./hongyan soak}. Exit codes: 0 = all clean, 1 =
 * something was found, 2 = not understood.
 */
final class Chaos {

  private static final int FOUND = 1;
  private static final int MISUSED = 2;

  private Chaos() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Options options;
    List<Scenario> scenarios;
    Installation installation;
    try {
      options = Options.parse(arguments);
      scenarios = chosen(options.names());
      installation = Installation.from(System.getenv());
    } catch (IllegalArgumentException e) {
      System.err.println("hongyan: " + e.getMessage());
      System.exit(MISUSED);
      return;
    }
    ReliabilityPage page = new ReliabilityPage(installation.checkout().resolve("docs"));
    boolean clean = new Suite(options, installation, page).play(scenarios);
    System.exit(clean ? 0 : FOUND);
  }

  private static List<Scenario> chosen(List<String> names) {
    List<Scenario> all = Scenarios.all();
    List<String> unknown =
        names.stream()
            .filter(name -> all.stream().noneMatch(scenario -> scenario.name().equals(name)))
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no scenario %s; there are %s"
              .formatted(
                  unknown, all.stream().map(Scenario::name).collect(Collectors.joining(", "))));
    }
    return all.stream()
        .filter(scenario -> names.isEmpty() || names.contains(scenario.name()))
        .toList();
  }
}
