package io.hongyan.bench.scenario;

import java.util.List;

/** One question and how it is answered. */
public interface Scenario {

  /** As typed after {@code ./hongyan bench}, and in the page's markers. */
  String name();

  /** Measures, and returns lines of Markdown. */
  List<String> measure(Bed bed) throws InterruptedException;
}
