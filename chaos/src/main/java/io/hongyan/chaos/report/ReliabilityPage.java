package io.hongyan.chaos.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code docs/reliability.md} and the data behind its table, {@code docs/reliability.csv}. Runs
 * write between the markers of a section and touch nothing else.
 */
public final class ReliabilityPage {

  private final Path page;
  private final ResultFile results;

  /**
   * @param docs the folder of both files
   */
  public ReliabilityPage(Path docs) {
    this.page = docs.resolve("reliability.md");
    this.results = new ResultFile(docs.resolve("reliability.csv"));
  }

  /**
   * Puts these results over older ones of the same scenario and size, unless those have more
   * rounds, and renders all anew.
   */
  public void putResults(List<ScenarioResult> newer) throws IOException {
    findSection(Files.readAllLines(page), Section.RESULTS);
    write(Section.RESULTS, describe(results.put(newer)));
  }

  /**
   * Puts ready-made lines of Markdown into a section.
   *
   * @throws IOException also when the page lacks the section's markers; then nothing is written
   */
  public void write(Section section, List<String> lines) throws IOException {
    List<String> old = Files.readAllLines(page);
    Bounds bounds = findSection(old, section);
    List<String> renewed = new ArrayList<>(old.subList(0, bounds.begin() + 1));
    renewed.add("");
    renewed.addAll(lines);
    renewed.add("");
    renewed.addAll(old.subList(bounds.end(), old.size()));
    Files.write(page, renewed);
  }

  private Bounds findSection(List<String> lines, Section section) throws IOException {
    int begin = lines.indexOf(section.begin());
    int end = lines.indexOf(section.end());
    if (begin < 0 || end < begin) {
      throw new IOException(
          "%s has no place for what was measured: put the lines '%s' and, below it, '%s' where it shall stand"
              .formatted(page, section.begin(), section.end()));
    }
    return new Bounds(begin, end);
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

  /** Where the markers stand, counted from 0. */
  private record Bounds(int begin, int end) {}
}
