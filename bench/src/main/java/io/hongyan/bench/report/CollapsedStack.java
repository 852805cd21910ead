package io.hongyan.bench.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * A line of the profiler's text, {@code java/lang/Thread.run;org/apache/hc/Client.execute 42}.
 *
 * @param frames the outermost first
 */
record CollapsedStack(List<String> frames, long samples) {

  /** What the lines say; one without a count is none. */
  static Stream<CollapsedStack> read(List<String> lines) {
    return lines.stream().filter(line -> line.lastIndexOf(' ') > 0).map(CollapsedStack::parse);
  }

  private static CollapsedStack parse(String line) {
    int count = line.lastIndexOf(' ');
    return new CollapsedStack(
        List.of(line.substring(0, count).split(";", -1)),
        Long.parseLong(line.substring(count + 1)));
  }
}
