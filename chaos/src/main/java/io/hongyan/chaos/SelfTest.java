package io.hongyan.chaos;

import io.hongyan.chaos.audit.Finding;
import io.hongyan.chaos.report.ReliabilityPage;
import io.hongyan.chaos.report.Section;
import io.hongyan.chaos.scenario.RoundOutcome;
import io.hongyan.chaos.scenario.RoundRunner;
import io.hongyan.chaos.scenario.Scenario;
import io.hongyan.chaos.scenario.Scenarios;
import io.hongyan.chaos.stack.Installation;
import io.hongyan.chaos.stack.StackOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ./hongyan chaos --self-test}: three builds broken on purpose, each of which the audit has
 * to catch. A suite that finds nothing has to show that it can find something.
 */
final class SelfTest {

  private static final Duration DONE_LIMIT = Duration.ofSeconds(60);
  private static final int MESSAGES = 2_000;
  private static final int ROUNDS = 3;

  private static final List<BrokenBuild> BROKEN_BUILDS =
      List.of(
          new BrokenBuild(
              "ack-before-commit",
              "the sender acks before the outcome is committed",
              false,
              "senders-killed",
              Finding.LOST),
          new BrokenBuild(
              "no-start-row",
              "the sender calls WeChat without a start row",
              false,
              "senders-killed",
              Finding.REPEATED),
          new BrokenBuild(
              "cursor-before-confirm",
              "the gateway moves its cursor before the broker has confirmed",
              true,
              "broker-leader-killed",
              Finding.LOST));

  private final Installation installation;
  private final ReliabilityPage page;
  private final long seed;

  SelfTest(Installation installation, ReliabilityPage page, long seed) {
    this.installation = installation;
    this.page = page;
    this.seed = seed;
  }

  /**
   * @param name of the break, as the agent knows it
   * @param inGateway else in the senders
   * @param scenario that brings it to light
   * @param expected what the audit has to say
   */
  private record BrokenBuild(
      String name, String mistake, boolean inGateway, String scenario, Finding expected) {

    StackOptions options(Installation installation) {
      String agent = "-javaagent:%s=%s".formatted(installation.breakerJar(), name);
      return inGateway
          ? StackOptions.plain().withGatewayOption(agent)
          : StackOptions.plain().withSenderOption(agent);
    }
  }

  /** Whether all three were caught. */
  boolean pass() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    lines.add("| broken on purpose | scenario | caught in round | the audit said |");
    lines.add("|---|---|---:|---|");
    boolean passed = true;
    for (BrokenBuild broken : BROKEN_BUILDS) {
      System.out.printf("%n%s: %s%n", broken.name(), broken.mistake());
      String line = null;
      try (StackKeeper stacks = new StackKeeper(installation)) {
        stacks.prepare(broken.options(installation));
        RoundRunner runner = new RoundRunner(stacks.stack(), DONE_LIMIT);
        Scenario scenario = Scenarios.named(broken.scenario());
        // From the last number down: in every third round all senders are away for long.
        for (int tried = 1; tried <= ROUNDS && line == null; tried++) {
          RoundOutcome outcome = runner.play(scenario, ROUNDS - tried + 1, MESSAGES, seed + tried);
          System.out.println("  " + outcome.verdict());
          if (outcome.verdict().count(broken.expected()) > 0) {
            line =
                "| %s | `%s` | %d | %s |"
                    .formatted(broken.mistake(), broken.scenario(), tried, outcome.verdict());
          }
        }
      }
      passed &= line != null;
      System.out.println(line == null ? "  NOT CAUGHT" : "  caught");
      lines.add(
          line == null
              ? "| %s | `%s` | never | **not caught** |"
                  .formatted(broken.mistake(), broken.scenario())
              : line);
    }
    lines.add("");
    lines.add("Run of %s (seed %d).".formatted(LocalDate.now(), seed));
    page.write(Section.SELF_TEST, lines);
    return passed;
  }
}
