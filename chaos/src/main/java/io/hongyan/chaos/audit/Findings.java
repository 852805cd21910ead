package io.hongyan.chaos.audit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Gathers what one audit finds: all counted, a few named. */
final class Findings {

  private static final int EXAMPLES_OF_A_KIND = 5;

  private final Map<Finding, Long> counts = new EnumMap<>(Finding.class);
  private final Map<Finding, List<String>> examples = new EnumMap<>(Finding.class);

  void add(Finding finding, String example) {
    add(finding, 1, example);
  }

  void add(Finding finding, long count, String example) {
    counts.merge(finding, count, Long::sum);
    List<String> named = examples.computeIfAbsent(finding, kind -> new ArrayList<>());
    if (named.size() < EXAMPLES_OF_A_KIND) {
      named.add(example);
    }
  }

  /** Makes sure that at least so many are counted. */
  void atLeast(Finding finding, long count, String example) {
    long missing = count - counts.getOrDefault(finding, 0L);
    if (missing > 0) {
      add(finding, missing, example);
    }
  }

  Map<Finding, Long> counts() {
    return Map.copyOf(counts);
  }

  /** Each begins with its kind. */
  List<String> examples() {
    return examples.entrySet().stream()
        .flatMap(kind -> kind.getValue().stream().map(example -> kind.getKey() + ": " + example))
        .toList();
  }
}
