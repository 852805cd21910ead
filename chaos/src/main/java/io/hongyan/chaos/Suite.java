package io.hongyan.chaos;

import io.hongyan.chaos.report.ReliabilityPage;
import io.hongyan.chaos.report.ResultTable;
import io.hongyan.chaos.report.ScenarioResult;
import io.hongyan.chaos.scenario.RoundOutcome;
import io.hongyan.chaos.scenario.RoundRunner;
import io.hongyan.chaos.scenario.Scenario;
import io.hongyan.chaos.stack.SmallDisk;
import io.hongyan.chaos.stack.StackOptions;
import io.hongyan.stack.Installation;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** {@code ./hongyan chaos}: plays scenario after scenario and writes down what came of it. */
final class Suite {

  private static final int ROUNDS = 10;
  private static final int MESSAGES = 2_000;
  private static final int MESSAGES_OF_THE_LARGE_ROUND = 20_000;

  private final Options options;
  private final Installation installation;
  private final Evidence evidence;
  private final ReliabilityPage page;

  Suite(Options options, Installation installation, ReliabilityPage page) {
    this.options = options;
    this.installation = installation;
    this.evidence = new Evidence(installation);
    this.page = page;
  }

  /** Plays these; returns whether every round was clean. */
  boolean play(List<Scenario> scenarios) throws IOException, InterruptedException {
    List<ScenarioResult> results = new ArrayList<>();
    System.out.println("seed " + options.seed());
    try (StackKeeper stacks = new StackKeeper(installation)) {
      for (Scenario scenario : scenarios) {
        if (scenario.smallLogDisk() && !SmallDisk.isAllowed()) {
          System.out.printf(
              "%n%s was not tried: only root may mount the small disk it needs%n", scenario.name());
          continue;
        }
        StackOptions wanted =
            scenario.smallLogDisk()
                ? StackOptions.plain().withSmallLogDisk()
                : StackOptions.plain();
        stacks.prepare(wanted);
        System.out.printf("%n%s: %s%n", scenario.name(), scenario.fault());
        for (Rounds rounds : plan()) {
          ScenarioResult result = play(scenario, rounds, stacks);
          results.add(result);
          // After each, so that a run that is broken off has not been for nothing.
          page.putResults(List.of(result));
        }
      }
    }
    System.out.printf("%n%s%n", new ResultTable(results).toScreen());
    return results.stream().allMatch(ScenarioResult::isClean);
  }

  /** How often, and how many messages each time. */
  private record Rounds(int count, int messages) {}

  private List<Rounds> plan() {
    if (options.rounds() == null && options.messages() == null) {
      return List.of(new Rounds(ROUNDS, MESSAGES), new Rounds(1, MESSAGES_OF_THE_LARGE_ROUND));
    }
    return List.of(
        new Rounds(
            Objects.requireNonNullElse(options.rounds(), ROUNDS),
            Objects.requireNonNullElse(options.messages(), MESSAGES)));
  }

  private ScenarioResult play(Scenario scenario, Rounds rounds, StackKeeper stacks)
      throws InterruptedException {
    ScenarioResult total =
        new ScenarioResult(
            scenario.name(),
            rounds.messages(),
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Duration.ZERO,
            LocalDate.now(),
            options.seed());
    for (int number = 1; number <= rounds.count(); number++) {
      long seed = Objects.hash(options.seed(), scenario.name(), rounds.messages(), number);
      RoundOutcome outcome = play(scenario, number, rounds.messages(), seed, stacks.runner());
      System.out.printf(
          Locale.ROOT,
          "  round %d of %d: %s, recovered in %.1f s%n",
          number,
          rounds.count(),
          outcome.verdict(),
          outcome.recovery().toMillis() / 1000.0);
      if (!outcome.isClean()) {
        List<String> words = new ArrayList<>(outcome.problems());
        words.addAll(outcome.verdict().examples());
        evidence.keep(
            "%s-%d-%d".formatted(scenario.name(), rounds.messages(), number),
            stacks.stack(),
            words);
        stacks.renew();
      }
      total = plus(total, outcome);
    }
    return total;
  }

  /** A stack that does not come back is a finding too, and not the end of the suite. */
  private static RoundOutcome play(
      Scenario scenario, int number, int messages, long seed, RoundRunner runner)
      throws InterruptedException {
    try {
      return runner.play(scenario, number, messages, seed);
    } catch (RuntimeException e) {
      return RoundOutcome.unaudited(e);
    }
  }

  private static ScenarioResult plus(ScenarioResult total, RoundOutcome outcome) {
    return new ScenarioResult(
        total.scenario(),
        total.size(),
        total.rounds() + 1,
        total.messages() + outcome.verdict().messages(),
        total.lost() + outcome.verdict().lost(),
        total.repeated() + outcome.verdict().repeated(),
        total.uncertain() + outcome.verdict().uncertain(),
        total.otherFindings() + outcome.otherFindings(),
        total.suppressed() + outcome.verdict().suppressed(),
        outcome.recovery().compareTo(total.slowestRecovery()) > 0
            ? outcome.recovery()
            : total.slowestRecovery(),
        total.date(),
        total.seed());
  }
}
