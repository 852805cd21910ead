package io.hongyan.bench;

import io.hongyan.bench.load.BenchAccounts;
import io.hongyan.bench.load.Gateway;
import io.hongyan.bench.load.Recipients;
import io.hongyan.bench.load.SimulatorControl;
import io.hongyan.bench.report.Machine;
import io.hongyan.bench.scenario.Bed;
import io.hongyan.bench.scenario.Scenario;
import io.hongyan.bench.stack.BenchStack;
import io.hongyan.stack.Installation;
import io.hongyan.stack.page.MarkedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Measures one scenario after the other and writes each into the page. */
final class Benchmark {

  private static final String PAGE = "benchmarks.md";
  private static final String PICTURES = "benchmarks";

  private final Installation installation;
  private final BenchOptions options;

  Benchmark(Installation installation, BenchOptions options) {
    this.installation = installation;
    this.options = options;
  }

  void run(List<Scenario> scenarios) throws IOException, InterruptedException {
    Path file = page();
    MarkedPage page = new MarkedPage(file);
    for (Scenario scenario : scenarios) {
      page.require(scenario.name());
    }
    for (Scenario scenario : scenarios) {
      System.out.printf("%n%s%n", scenario.name());
      List<String> lines = new ArrayList<>(measure(scenario, file.resolveSibling(PICTURES)));
      lines.add("");
      lines.add(Machine.describe(options.rounds()));
      System.out.println();
      lines.forEach(System.out::println);
      page.write(scenario.name(), lines);
    }
  }

  /** Each on a stack of its own: what one leaves in the tables is not the next one's business. */
  private List<String> measure(Scenario scenario, Path pictures) throws InterruptedException {
    try (BenchStack stack = new BenchStack(installation)) {
      Thread atExit = new Thread(stack::close);
      Runtime.getRuntime().addShutdownHook(atExit);
      stack.startServers();
      stack.startServices();
      Bed bed =
          new Bed(
              installation,
              stack,
              new BenchAccounts(stack),
              new Gateway(stack),
              new SimulatorControl(stack.simulator()),
              new Recipients(installation.home().resolve("bodies")),
              options.rounds(),
              options.messages(),
              pictures);
      List<String> lines = scenario.measure(bed);
      Runtime.getRuntime().removeShutdownHook(atExit);
      return lines;
    }
  }

  /** The page in docs/, or a copy of it that nobody commits. */
  private Path page() throws IOException {
    Path page = installation.checkout().resolve("docs").resolve(PAGE);
    if (options.report()) {
      return page;
    }
    Path copy = installation.home().resolve(PAGE);
    Files.copy(page, copy, StandardCopyOption.REPLACE_EXISTING);
    return copy;
  }
}
