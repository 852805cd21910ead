package io.hongyan.chaos;

import io.hongyan.chaos.audit.Finding;
import io.hongyan.chaos.report.ReliabilityPage;
import io.hongyan.chaos.report.Section;
import io.hongyan.chaos.scenario.RoundOutcome;
import io.hongyan.chaos.scenario.RoundRunner;
import io.hongyan.chaos.scenario.Scenarios;
import io.hongyan.chaos.stack.StackOptions;
import io.hongyan.stack.Installation;
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

    /** Whether the audit has seen just this, and not messages that are merely late. */
    boolean isCaughtBy(RoundOutcome outcome) {
      return outcome.verdict().count(expected) > 0 && outcome.verdict().count(Finding.QUEUED) == 0;
    }

    StackOptions options(Installation installation) {
      String agent = "-javaagent:%s=%s".formatted(installation.jar("chaos-breaker"), name);
      return inGateway
          ? StackOptions.plain().withGatewayOption(agent)
          : StackOptions.plain().withSenderOption(agent);
    }
  }

  /** Whether all three were caught, and the sound build passes the very same rounds. */
  boolean pass() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    lines.add("| broken on purpose | scenario | caught in round | the audit said |");
    lines.add("|---|---|---:|---|");
    List<Caught> all = new ArrayList<>();
    for (BrokenBuild broken : BROKEN_BUILDS) {
      System.out.printf("%n%s: %s%n", broken.name(), broken.mistake());
      Caught caught = tryToCatch(broken);
      all.add(caught);
      System.out.println(caught.round() == 0 ? "  NOT CAUGHT" : "  caught");
      lines.add(
          "| %s | `%s` | %s | %s |"
              .formatted(
                  broken.mistake(),
                  broken.scenario(),
                  caught.round() == 0 ? "**never**" : caught.round(),
                  caught.said()));
    }
    System.out.printf("%nnothing broken, the same rounds%n");
    boolean sound = isSoundBuildClean(all, lines);
    lines.add("");
    lines.add("Run of %s (seed %d).".formatted(LocalDate.now(), seed));
    page.write(Section.SELF_TEST, lines);
    return sound && all.stream().noneMatch(caught -> caught.round() == 0);
  }

  /**
   * @param round in which it was caught, from 1; 0 = never
   * @param said by the audit in that round, or in the last one
   */
  private record Caught(BrokenBuild broken, int round, String said) {}

  private Caught tryToCatch(BrokenBuild broken) throws InterruptedException {
    String said = "";
    try (StackKeeper stacks = new StackKeeper(installation)) {
      for (int round = 1; round <= ROUNDS; round++) {
        // A new one for each round: a broken build leaves behind what would be found again.
        stacks.replace(broken.options(installation));
        RoundOutcome outcome = play(broken, round, stacks);
        said = outcome.verdict().toString();
        if (broken.isCaughtBy(outcome)) {
          return new Caught(broken, round, said);
        }
      }
    }
    return new Caught(broken, 0, said);
  }

  private boolean isSoundBuildClean(List<Caught> all, List<String> lines)
      throws InterruptedException {
    boolean clean = true;
    try (StackKeeper stacks = new StackKeeper(installation)) {
      for (Caught caught : all) {
        // A new one each time, as the broken builds had: the rounds are the same to the key.
        stacks.replace(StackOptions.plain());
        RoundOutcome outcome = play(caught.broken(), Math.max(1, caught.round()), stacks);
        clean &= outcome.isClean();
        lines.add(
            "| nothing | `%s` | %s | %s |"
                .formatted(
                    caught.broken().scenario(),
                    outcome.isClean() ? "-" : "**found something**",
                    outcome.verdict()));
      }
    }
    return clean;
  }

  private RoundOutcome play(BrokenBuild broken, int round, StackKeeper stacks)
      throws InterruptedException {
    RoundRunner runner = new RoundRunner(stacks.stack(), DONE_LIMIT);
    // In every third round of a scenario all senders are away for long, so these come first.
    RoundOutcome outcome =
        runner.play(Scenarios.named(broken.scenario()), ROUNDS - round + 1, MESSAGES, seed + round);
    System.out.println("  " + outcome.verdict());
    outcome.problems().forEach(problem -> System.out.println("    " + problem));
    return outcome;
  }
}
