package io.hongyan.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReliabilityPageTest {

  private static final String PAGE =
      """
      # Reliability

      Before.

      <!-- results:begin -->
      old table
      <!-- results:end -->

      Between.

      <!-- self-test:begin -->
      <!-- self-test:end -->

      After.
      """;

  @TempDir private Path docs;
  private ReliabilityPage page;

  @BeforeEach
  void writePage() throws IOException {
    Files.writeString(docs.resolve("reliability.md"), PAGE);
    page = new ReliabilityPage(docs);
  }

  @Test
  void putsTheTableBetweenItsMarkersAndLeavesTheProse() throws IOException {
    page.putResults(List.of(result("sender-kill", 2_000, 3)));

    assertThat(text())
        .startsWith("# Reliability\n\nBefore.\n\n<!-- results:begin -->\n")
        .contains("| sender-kill | 10 × 2,000 | 20,000 | 0 | 0 | 0 | 3 |")
        .doesNotContain("old table")
        .endsWith(PAGE.substring(PAGE.indexOf("<!-- results:end -->")));
  }

  @Test
  void aRunOfOneScenarioKeepsTheOthers() throws IOException {
    page.putResults(List.of(result("sender-kill", 2_000, 3), result("redis-flush", 2_000, 0)));

    page.putResults(List.of(result("sender-kill", 2_000, 7)));

    assertThat(text())
        .contains("| sender-kill | 10 × 2,000 | 20,000 | 0 | 0 | 0 | 7 |")
        .contains("| redis-flush | 10 × 2,000 |")
        .doesNotContain("| 3 |");
  }

  @Test
  void oneScenarioMayHaveSeveralSizes() throws IOException {
    page.putResults(List.of(result("sender-kill", 20_000, 1)));

    page.putResults(List.of(result("sender-kill", 2_000, 2)));

    assertThat(text()).containsSubsequence("10 × 2,000", "10 × 20,000", "| all | 20 rounds |");
  }

  @Test
  void aShorterRunLeavesTheLineOfALongerOne() throws IOException {
    page.putResults(List.of(result("sender-kill", 2_000, 3), result("redis-flush", 2_000, 0, 1)));

    page.putResults(List.of(result("sender-kill", 2_000, 7, 9), result("redis-flush", 2_000, 5)));

    assertThat(text())
        .contains("| sender-kill | 10 × 2,000 | 20,000 | 0 | 0 | 0 | 3 |")
        .contains("| redis-flush | 10 × 2,000 | 20,000 | 0 | 0 | 0 | 5 |");
  }

  @Test
  void writingTheSameAgainChangesNothing() throws IOException {
    page.putResults(List.of(result("sender-kill", 2_000, 3)));
    String once = text();

    page.putResults(List.of(result("sender-kill", 2_000, 3)));

    assertThat(text()).isEqualTo(once);
  }

  @Test
  void putsReadyMadeLinesIntoTheirSection() throws IOException {
    page.write(Section.SELF_TEST, List.of("| broken | found |"));

    assertThat(text())
        .contains("<!-- self-test:begin -->\n\n| broken | found |\n\n<!-- self-test:end -->")
        .contains("old table");
  }

  @Test
  void aPageWithoutTheMarkersIsRefusedWithTheCure() throws IOException {
    assertThatThrownBy(() -> page.write(Section.SOAK, List.of("flat")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("put the lines '<!-- soak:begin -->' and, below it");

    assertThat(text()).isEqualTo(PAGE);
  }

  @Test
  void keepsTheDataWhenThePageHasNoPlaceForTheTable() throws IOException {
    page.putResults(List.of(result("sender-kill", 2_000, 3)));
    String data = Files.readString(docs.resolve("reliability.csv"));
    Files.writeString(docs.resolve("reliability.md"), "# Empty\n");

    assertThatThrownBy(() -> page.putResults(List.of(result("redis-flush", 2_000, 0))))
        .isInstanceOf(IOException.class);

    assertThat(Files.readString(docs.resolve("reliability.csv"))).isEqualTo(data);
  }

  @Test
  void anUnreadableLineOfDataIsNamed() throws IOException {
    page.putResults(List.of(result("sender-kill", 2_000, 3)));
    Path data = docs.resolve("reliability.csv");
    Files.writeString(data, Files.readString(data).replace(",10,", ",ten,"));

    assertThatThrownBy(() -> page.putResults(List.of(result("redis-flush", 2_000, 0))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 2 cannot be read");
  }

  private String text() throws IOException {
    return Files.readString(docs.resolve("reliability.md"));
  }

  private static ScenarioResult result(String scenario, int size, long uncertain) {
    return result(scenario, size, uncertain, 10);
  }

  private static ScenarioResult result(String scenario, int size, long uncertain, int rounds) {
    return new ScenarioResult(
        scenario,
        size,
        rounds,
        (long) size * rounds,
        0,
        0,
        uncertain,
        0,
        41,
        Duration.ofMillis(2_340),
        LocalDate.of(2026, 11, 22),
        7);
  }
}
