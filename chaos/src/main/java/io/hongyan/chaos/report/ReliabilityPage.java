package io.hongyan.chaos.report;

import io.hongyan.stack.page.MarkedPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code docs/reliability.md} and the data behind its table, {@code docs/reliability.csv}. Runs
 * write between the markers of a section and touch nothing else.
 */
public final class ReliabilityPage {

  private final MarkedPage page;
  private final ResultFile results;

  /**
   * @param docs the folder of both files
   */
  public ReliabilityPage(Path docs) {
    this.page = new MarkedPage(docs.resolve("reliability.md"));
    this.results = new ResultFile(docs.resolve("reliability.csv"));
  }

  /**
   * Puts these results over older ones of the same scenario and size, unless those have more
   * rounds, and renders all anew.
   */
  public void putResults(List<ScenarioResult> newer) throws IOException {
    page.require(Section.RESULTS.marker());
    write(Section.RESULTS, describe(results.put(newer)));
  }

  /**
   * Puts ready-made lines of Markdown into a section.
   *
   * @throws IOException also when the page lacks the section's markers; then nothing is written
   */
  public void write(Section section, List<String> lines) throws IOException {
    page.write(section.marker(), lines);
  }

  private static List<String> describe(List<ScenarioResult> results) {
    List<String> lines = new ArrayList<>(new ResultTable(results).toMarkdown());
    lines.add("");
    lines.add(
        "Runs of "
            + results.stream()
                .map(result -> "%s (seed %d)".formatted(result.date(), result.seed()))
                .distinct()
                .sorted()
                .reduce((one, other) -> one + ", " + other)
                .orElse("no day")
            + ".");
    return lines;
  }
}
