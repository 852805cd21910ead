package io.hongyan.chaos.report;

import java.util.Locale;

/** The parts of the page that runs write; the prose around them is written by people. */
public enum Section {
  RESULTS,
  SOAK,
  ISOLATION,
  SELF_TEST;

  String begin() {
    return "<!-- " + marker() + ":begin -->";
  }

  String end() {
    return "<!-- " + marker() + ":end -->";
  }

  private String marker() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
