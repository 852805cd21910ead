package io.hongyan.chaos.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Results as data, one line for each scenario and size: running one scenario again replaces its
 * line and keeps the others. A run of fewer rounds leaves the line as it is, so that a quick try
 * does not overwrite the proof. A CSV file without quotes, for no value needs them.
 */
final class ResultFile {

  private static final String HEADER =
      "scenario,size,rounds,messages,lost,repeated,uncertain,other_findings,suppressed,"
          + "slowest_recovery_ms,date,seed";
  private static final int COLUMNS = HEADER.split(",", -1).length;

  private final Path file;

  ResultFile(Path file) {
    this.file = file;
  }

  /** By size, then in the order in which scenarios first came in; empty if there is no file. */
  List<ScenarioResult> read() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new IOException(
          "%s must begin with the line '%s': mend it, or delete it and run the scenarios again"
              .formatted(file, HEADER));
    }
    List<ScenarioResult> results = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      results.add(parse(lines.get(i), i + 1));
    }
    return results;
  }

  /**
   * Writes the new results over those of the same scenario and size that have no more rounds;
   * returns all that the file then has.
   */
  List<ScenarioResult> put(List<ScenarioResult> newer) throws IOException {
    Map<String, ScenarioResult> all = new LinkedHashMap<>();
    read().forEach(result -> all.put(key(result), result));
    newer.forEach(result -> all.merge(key(result), result, ResultFile::longer));
    List<ScenarioResult> sorted =
        all.values().stream().sorted(Comparator.comparingInt(ScenarioResult::size)).toList();
    List<String> lines = new ArrayList<>(List.of(HEADER));
    sorted.forEach(result -> lines.add(line(result)));
    // Moved into place, so that a run broken off leaves the old file or the new one.
    Path written = file.resolveSibling(file.getFileName() + ".new");
    Files.write(written, lines);
    Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    return sorted;
  }

  /** The newer one where both have as many rounds. */
  private static ScenarioResult longer(ScenarioResult older, ScenarioResult newer) {
    return newer.rounds() < older.rounds() ? older : newer;
  }

  private static String key(ScenarioResult result) {
    return result.scenario() + "," + result.size();
  }

  private static String line(ScenarioResult result) {
    return "%s,%d,%d,%d,%d,%d,%d,%d,%d,%d,%s,%d"
        .formatted(
            result.scenario(),
            result.size(),
            result.rounds(),
            result.messages(),
            result.lost(),
            result.repeated(),
            result.uncertain(),
            result.otherFindings(),
            result.suppressed(),
            result.slowestRecovery().toMillis(),
            result.date(),
            result.seed());
  }

  private ScenarioResult parse(String line, int number) throws IOException {
    String[] cells = line.split(",", -1);
    try {
      if (cells.length == COLUMNS) {
        return new ScenarioResult(
            cells[0],
            Integer.parseInt(cells[1]),
            Integer.parseInt(cells[2]),
            Long.parseLong(cells[3]),
            Long.parseLong(cells[4]),
            Long.parseLong(cells[5]),
            Long.parseLong(cells[6]),
            Long.parseLong(cells[7]),
            Long.parseLong(cells[8]),
            Duration.ofMillis(Long.parseLong(cells[9])),
            LocalDate.parse(cells[10]),
            Long.parseLong(cells[11]));
      }
    } catch (RuntimeException e) {
      throw new IOException(unreadable(line, number), e);
    }
    throw new IOException(unreadable(line, number));
  }

  private String unreadable(String line, int number) {
    return "%s, line %d cannot be read, mend or delete it: %s".formatted(file, number, line);
  }
}
