package io.hongyan.chaos.scenario;

import io.hongyan.chaos.audit.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a round ended.
 *
 * @param recovery from the end of the fault, when the last thing broken was on its way back, until
 *     every batch of the round was over; it has in it what was left to be sent at its usual rate
 * @param problems what was wrong beside the audit's findings; none in a good round
 */
public record RoundOutcome(Verdict verdict, Duration recovery, List<String> problems) {

  /** Of a round after which nothing could be audited. */
  public static RoundOutcome unaudited(RuntimeException failure) {
    return new RoundOutcome(
        new Verdict(0, 0, 0, 0, 0, Map.of(), List.of()),
        Duration.ZERO,
        List.of("the round could not be audited: " + failure));
  }

  public boolean isClean() {
    return verdict.isClean() && problems.isEmpty();
  }

  /** Findings of the audit that are neither lost nor repeated messages, and the problems. */
  public long otherFindings() {
    return verdict.otherFindings() + problems.size();
  }
}
