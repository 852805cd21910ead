package io.hongyan.chaos.report;

import java.time.Duration;
import java.time.LocalDate;

/**
 * What one scenario came to, all its rounds together.
 *
 * @param scenario its name, {@code [a-z0-9-]}
 * @param size messages of one round; with the name it says which line of the table this is
 * @param messages recipients that were answered 202, in all rounds
 * @param otherFindings of the audit, beside lost and repeated
 * @param suppressed repeats that WeChat dropped
 * @param slowestRecovery from the end of the fault to the last outcome, in the worst round
 * @param seed with which the run can be repeated
 */
public record ScenarioResult(
    String scenario,
    int size,
    int rounds,
    long messages,
    long lost,
    long repeated,
    long uncertain,
    long otherFindings,
    long suppressed,
    Duration slowestRecovery,
    LocalDate date,
    long seed) {

  public ScenarioResult {
    if (!scenario.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException(
          "a scenario's name is of a-z, 0-9 and '-': '" + scenario + "'");
    }
  }

  /** Nothing was lost, nothing repeated, nothing else found. */
  public boolean isClean() {
    return lost == 0 && repeated == 0 && otherFindings == 0;
  }
}
