package io.hongyan.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stood on the command line behind {@code bench}.
 *
 * @param names what to measure; empty = everything
 * @param rounds of each figure
 * @param messages of a round without latency
 * @param historyRows rows in the tables in {@code history}
 * @param longRunMessages messages of {@code long-run}
 * @param report whether docs/benchmarks.md is written; else a copy of it in the home
 */
record BenchOptions(
    List<String> names,
    int rounds,
    int messages,
    int historyRows,
    int longRunMessages,
    boolean report) {

  private static final int DEFAULT_ROUNDS = 5;
  private static final int DEFAULT_MESSAGES = 200_000;
  private static final int DEFAULT_HISTORY = 50_000_000;
  private static final int DEFAULT_LONG_RUN = 10_000_000;

  /** Reads the arguments; throws IllegalArgumentException with a message for the user. */
  static BenchOptions parse(List<String> arguments) {
    Deque<String> left = new ArrayDeque<>(arguments);
    List<String> names = new ArrayList<>();
    int rounds = DEFAULT_ROUNDS;
    int messages = DEFAULT_MESSAGES;
    int historyRows = DEFAULT_HISTORY;
    int longRunMessages = DEFAULT_LONG_RUN;
    boolean report = true;
    while (!left.isEmpty()) {
      String argument = left.pop();
      switch (argument) {
        case "--rounds" -> rounds = number(argument, left.poll());
        case "--messages" -> messages = number(argument, left.poll());
        case "--history" -> historyRows = number(argument, left.poll());
        case "--long-run" -> longRunMessages = number(argument, left.poll());
        case "--no-report" -> report = false;
        default -> {
          if (argument.startsWith("--")) {
            throw new IllegalArgumentException(
                "bench does not know '%s'; it takes names of scenarios, --rounds N, --messages N, --history ROWS, --long-run MESSAGES, --no-report"
                    .formatted(argument));
          }
          names.add(argument);
        }
      }
    }
    return new BenchOptions(
        List.copyOf(names), rounds, messages, historyRows, longRunMessages, report);
  }

  private static int number(String option, @Nullable String text) {
    if (text == null || !text.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "%s needs a number from 1 to 999999999, got %s"
              .formatted(option, text == null ? "nothing" : "'" + text + "'"));
    }
    return Integer.parseInt(text);
  }
}
