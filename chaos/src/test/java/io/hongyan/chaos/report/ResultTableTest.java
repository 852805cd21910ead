package io.hongyan.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  private static final LocalDate DAY = LocalDate.of(2026, 11, 22);

  private static final List<ScenarioResult> RESULTS =
      List.of(
          new ScenarioResult(
              "sender-kill", 2_000, 10, 20_000, 0, 0, 12, 0, 340, Duration.ofSeconds(4), DAY, 1),
          new ScenarioResult(
              "redis-flush", 20_000, 1, 20_000, 2, 1, 0, 5, 0, Duration.ofMillis(9_060), DAY, 1));

  @Test
  void alignsNumbersToTheRightUnderTheirTitles() {
    List<String> lines = new ResultTable(RESULTS).toScreen().lines().toList();

    assertThat(lines).hasSize(4);
    assertThat(lines).extracting(String::length).containsOnly(lines.getFirst().length());
    assertThat(lines.get(1)).startsWith("sender-kill         10 × 2,000    20,000     0");
  }

  @Test
  void addsUpAndTakesTheSlowestRecovery() {
    List<String> lines = new ResultTable(RESULTS).toMarkdown();

    assertThat(lines.getLast())
        .isEqualTo("| all | 11 rounds | 40,000 | 2 | 1 | 5 | 12 | 340 | 9.1 s |");
  }

  @Test
  void aResultIsCleanOnlyWithoutAnyFinding() {
    assertThat(RESULTS).extracting(ScenarioResult::isClean).containsExactly(true, false);
  }
}
