package io.hongyan.chaos;

import io.hongyan.chaos.isolation.Isolation;
import io.hongyan.chaos.report.ReliabilityPage;
import io.hongyan.chaos.report.Section;
import io.hongyan.chaos.scenario.Scenario;
import io.hongyan.chaos.scenario.Scenarios;
import io.hongyan.chaos.soak.Soak;
import io.hongyan.chaos.stack.StackOptions;
import io.hongyan.stack.Installation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * Entry of {@code ./hongyan chaos} and {@code ./hongyan soak}. Exit codes: 0 = all clean, 1 =
 * something was found, 2 = not understood.
 */
final class Chaos {

  private static final String ISOLATION = "isolation";
  private static final int FOUND = 1;
  private static final int MISUSED = 2;

  private Chaos() {}

  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
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
    Path docs = installation.checkout().resolve("docs");
    if (!options.report()) {
      Path copy = installation.home().resolve("reliability.md");
      Files.copy(docs.resolve("reliability.md"), copy, StandardCopyOption.REPLACE_EXISTING);
      docs = installation.home();
    }
    ReliabilityPage page = new ReliabilityPage(docs);
    try (FileChannel lock =
        FileChannel.open(
            installation.home().resolve("suite-lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      // The launcher has a lock of its own, which goes with it if it is killed; this one goes with
      // us.
      if (lock.tryLock() == null) {
        System.err.println("hongyan: another suite still runs in " + installation.home());
        System.exit(FOUND);
      }
      System.exit(run(options, scenarios, installation, page) ? 0 : FOUND);
    }
  }

  private static boolean run(
      Options options, List<Scenario> scenarios, Installation installation, ReliabilityPage page)
      throws IOException, InterruptedException, ExecutionException {
    if (options.command().equals("soak")) {
      return soak(options, installation, page);
    }
    if (options.selfTest()) {
      return new SelfTest(installation, page, options.seed()).pass();
    }
    boolean clean = scenarios.isEmpty() || new Suite(options, installation, page).play(scenarios);
    if (options.names().isEmpty() || options.names().contains(ISOLATION)) {
      clean &= measureIsolation(options, installation, page);
    }
    return clean;
  }

  private static boolean soak(Options options, Installation installation, ReliabilityPage page)
      throws IOException, InterruptedException, ExecutionException {
    try (StackKeeper stacks = new StackKeeper(installation)) {
      stacks.prepare(StackOptions.plain());
      Path jcmd = installation.java().resolveSibling("jcmd");
      Soak.Result result =
          new Soak(stacks.stack(), jcmd, options.soakTime(), options.perSecond(), options.seed())
              .run();
      result.lines().forEach(System.out::println);
      page.write(Section.SOAK, result.lines());
      return result.passed();
    }
  }

  private static boolean measureIsolation(
      Options options, Installation installation, ReliabilityPage page) throws IOException {
    try (StackKeeper stacks = new StackKeeper(installation)) {
      stacks.prepare(StackOptions.plain());
      System.out.printf("%n%s: one account beside three in trouble%n", ISOLATION);
      Isolation.Result result = new Isolation(stacks.stack(), options.seed()).measure();
      result.lines().forEach(System.out::println);
      page.write(Section.ISOLATION, result.lines());
      return result.verdict().isClean();
    }
  }

  private static List<Scenario> chosen(List<String> names) {
    List<Scenario> all = Scenarios.all();
    List<String> unknown =
        names.stream()
            .filter(name -> !name.equals(ISOLATION))
            .filter(name -> all.stream().noneMatch(scenario -> scenario.name().equals(name)))
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no scenario %s; there are %s and %s"
              .formatted(
                  unknown,
                  all.stream().map(Scenario::name).collect(Collectors.joining(", ")),
                  ISOLATION));
    }
    return all.stream()
        .filter(scenario -> names.isEmpty() || names.contains(scenario.name()))
        .toList();
  }
}
