package io.hongyan.chaos.report;

import java.util.Locale;

/** The parts of the page that runs write; the prose around them is written by people. */
public enum Section {
  RESULTS,
  SOAK,
  ISOLATION,
  SELF_TEST;

  /** Its name in the page's markers. */
  String marker() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
