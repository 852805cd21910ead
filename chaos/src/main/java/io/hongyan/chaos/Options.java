package io.hongyan.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What stood on the command line.
 *
 * @param command {@code chaos} or {@code soak}
 * @param names what to run; empty = everything
 * @param messages of a round; null = 2,000, and a last round of 20,000
 * @param rounds of a scenario; null = 10, and the large one
 * @param seed of the run; a round's own seed follows from it, the scenario and the round's number
 * @param selfTest whether the suite is to show that it catches broken builds
 * @param report whether docs/reliability.md is written; else a copy of it in the home
 * @param minutes how long the soak lasts
 * @param perSecond messages a second of the soak
 */
record Options(
    String command,
    List<String> names,
    @Nullable Integer messages,
    @Nullable Integer rounds,
    long seed,
    boolean selfTest,
    boolean report,
    int minutes,
    int perSecond) {

  private static final Set<String> OF_CHAOS = Set.of("--messages", "--rounds", "--seed");
  private static final Set<String> OF_SOAK = Set.of("--minutes", "--rate", "--seed");
  private static final int DEFAULT_MINUTES = 30;
  private static final int DEFAULT_RATE = 200;

  /** Reads the arguments; throws IllegalArgumentException with a message for the user. */
  static Options parse(String... arguments) {
    Deque<String> left = new ArrayDeque<>(List.of(arguments));
    String command = left.isEmpty() ? "" : left.pop();
    if (!command.equals("chaos") && !command.equals("soak")) {
      throw new IllegalArgumentException(
          "the first argument is chaos or soak, not '" + command + "'");
    }
    Set<String> known = command.equals("chaos") ? OF_CHAOS : OF_SOAK;
    List<String> names = new ArrayList<>();
    Integer messages = null;
    Integer rounds = null;
    long seed = ThreadLocalRandom.current().nextLong(1, 1_000_000);
    boolean selfTest = false;
    boolean report = true;
    int minutes = DEFAULT_MINUTES;
    int perSecond = DEFAULT_RATE;
    while (!left.isEmpty()) {
      String argument = left.pop();
      if (argument.equals("--self-test") && command.equals("chaos")) {
        selfTest = true;
      } else if (argument.equals("--no-report")) {
        report = false;
      } else if (!argument.startsWith("--") && command.equals("chaos")) {
        names.add(argument);
      } else if (!known.contains(argument)) {
        throw new IllegalArgumentException(
            "%s does not know '%s'; it takes %s".formatted(command, argument, usage(command)));
      } else {
        int number = number(argument, left.poll());
        switch (argument) {
          case "--messages" -> messages = number;
          case "--rounds" -> rounds = number;
          case "--minutes" -> minutes = number;
          case "--rate" -> perSecond = number;
          default -> seed = number;
        }
      }
    }
    if (selfTest && !(names.isEmpty() && messages == null && rounds == null)) {
      throw new IllegalArgumentException("--self-test stands alone, or with --seed");
    }
    return new Options(
        command, List.copyOf(names), messages, rounds, seed, selfTest, report, minutes, perSecond);
  }

  private static String usage(String command) {
    return command.equals("chaos")
        ? "names of scenarios, --messages N, --rounds N, --seed S, --self-test, --no-report"
        : "--minutes N, --rate N (messages a second), --seed S, --no-report";
  }

  private static int number(String option, @Nullable String text) {
    if (text == null || !text.matches("[1-9][0-9]{0,7}")) {
      throw new IllegalArgumentException(
          "%s needs a number from 1 to 99999999, got %s"
              .formatted(option, text == null ? "nothing" : "'" + text + "'"));
    }
    return Integer.parseInt(text);
  }

  Duration soakTime() {
    return Duration.ofMinutes(minutes);
  }
}
