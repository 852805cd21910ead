package io.hongyan.stack.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of docs/ with sections between markers: a run writes into its section and touches nothing
 * else, the prose around it is written by people.
 */
public final class MarkedPage {

  private final Path file;

  public MarkedPage(Path file) {
    this.file = file;
  }

  /**
   * Puts ready-made lines of Markdown into a section.
   *
   * @param section as in its markers, {@code <!-- section:begin -->}
   * @throws IOException also when the page lacks the section's markers; then nothing is written
   */
  public void write(String section, List<String> lines) throws IOException {
    List<String> old = Files.readAllLines(file);
    Bounds bounds = find(old, section);
    List<String> renewed = new ArrayList<>(old.subList(0, bounds.begin() + 1));
    renewed.add("");
    renewed.addAll(lines);
    renewed.add("");
    renewed.addAll(old.subList(bounds.end(), old.size()));
    Files.write(file, renewed);
  }

  /** Fails as {@link #write} would, before anything was measured for nothing. */
  public void require(String section) throws IOException {
    find(Files.readAllLines(file), section);
  }

  private Bounds find(List<String> lines, String section) throws IOException {
    String beginMarker = "<!-- %s:begin -->".formatted(section);
    String endMarker = "<!-- %s:end -->".formatted(section);
    int begin = lines.indexOf(beginMarker);
    int end = lines.indexOf(endMarker);
    if (begin < 0 || end < begin) {
      throw new IOException(
          "%s has no place for what was measured: put the lines '%s' and, below it, '%s' where it shall stand"
              .formatted(file, beginMarker, endMarker));
    }
    return new Bounds(begin, end);
  }

  /** Where the markers stand, counted from 0. */
  private record Bounds(int begin, int end) {}
}
