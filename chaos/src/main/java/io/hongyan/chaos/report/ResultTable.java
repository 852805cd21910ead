package io.hongyan.chaos.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Results as a table with totals, for the screen or for a page. */
public final class ResultTable {

  private static final List<String> TITLES =
      List.of(
          "scenario",
          "rounds × messages",
          "messages",
          "lost",
          "repeated",
          "other findings",
          "uncertain",
          "repeats dropped",
          "slowest recovery");

  /** Of the columns, so many are text; the rest are numbers, to the right. */
  private static final int TEXT_COLUMNS = 1;

  private final List<List<String>> rows;

  public ResultTable(List<ScenarioResult> results) {
    rows = new ArrayList<>(results.stream().map(ResultTable::row).toList());
    rows.add(totals(results));
  }

  private static List<String> row(ScenarioResult result) {
    return cells(
        result.scenario(),
        result.rounds() + " × " + number(result.size()),
        result.messages(),
        result.lost(),
        result.repeated(),
        result.otherFindings(),
        result.uncertain(),
        result.suppressed(),
        result.slowestRecovery());
  }

  private static List<String> totals(List<ScenarioResult> results) {
    return cells(
        "all",
        results.stream().mapToInt(ScenarioResult::rounds).sum() + " rounds",
        results.stream().mapToLong(ScenarioResult::messages).sum(),
        results.stream().mapToLong(ScenarioResult::lost).sum(),
        results.stream().mapToLong(ScenarioResult::repeated).sum(),
        results.stream().mapToLong(ScenarioResult::otherFindings).sum(),
        results.stream().mapToLong(ScenarioResult::uncertain).sum(),
        results.stream().mapToLong(ScenarioResult::suppressed).sum(),
        results.stream()
            .map(ScenarioResult::slowestRecovery)
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO));
  }

  private static List<String> cells(
      String name,
      String rounds,
      long messages,
      long lost,
      long repeated,
      long other,
      long uncertain,
      long suppressed,
      Duration recovery) {
    return List.of(
        name,
        rounds,
        number(messages),
        number(lost),
        number(repeated),
        number(other),
        number(uncertain),
        number(suppressed),
        String.format(Locale.ROOT, "%.1f s", recovery.toMillis() / 1000.0));
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Aligned for a terminal, with a line break after each row. */
  public String toScreen() {
    List<List<String>> all = new ArrayList<>(List.of(TITLES));
    all.addAll(rows);
    int[] widths =
        IntStream.range(0, TITLES.size())
            .map(column -> all.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    return all.stream().map(row -> aligned(row, widths)).collect(Collectors.joining());
  }

  private static String aligned(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String padding = " ".repeat(widths[column] - row.get(column).length());
      line.append(column == 0 ? "" : "  ");
      line.append(column < TEXT_COLUMNS ? row.get(column) + padding : padding + row.get(column));
    }
    return line.toString().stripTrailing() + "\n";
  }

  /** The same as lines of Markdown. */
  public List<String> toMarkdown() {
    List<String> lines = new ArrayList<>();
    lines.add(markdown(TITLES));
    lines.add(
        IntStream.range(0, TITLES.size())
            .mapToObj(column -> column < TEXT_COLUMNS ? "---" : "---:")
            .collect(Collectors.joining("|", "|", "|")));
    rows.forEach(row -> lines.add(markdown(row)));
    return lines;
  }

  private static String markdown(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }
}
