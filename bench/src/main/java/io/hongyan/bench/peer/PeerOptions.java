package io.hongyan.bench.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stood on the command line behind {@code peer}.
 *
 * @param messages of a measured run
 * @param warmUp messages sent before the first measured run; may be 0
 * @param threads platform threads of WxJava
 * @param inFlight messages at once; null = the peer's own default
 * @param connections that WxJava's threads share, to WeChat and to PostgreSQL as many each
 */
record PeerOptions(
    PeerName name,
    int messages,
    int warmUp,
    int threads,
    @Nullable Integer inFlight,
    int connections) {

  static final String THREADS = "--threads";
  static final String IN_FLIGHT = "--in-flight";
  static final String CONNECTIONS = "--connections";

  private static final String MESSAGES = "--messages";
  private static final String WARM_UP = "--warm-up";

  private static final int DEFAULT_THREADS = 100;

  /** Reads the arguments; throws IllegalArgumentException with a message for the user. */
  static PeerOptions parse(List<String> arguments) {
    Deque<String> left = new ArrayDeque<>(arguments);
    String first = left.poll();
    if (first == null) {
      throw new IllegalArgumentException("peer needs a name: " + PeerName.all());
    }
    PeerName name = PeerName.of(first);
    Integer messages = null;
    int warmUp = 0;
    int threads = DEFAULT_THREADS;
    Integer inFlight = null;
    Integer connections = null;
    while (!left.isEmpty()) {
      String option = left.pop();
      switch (option) {
        case MESSAGES -> messages = number(option, left.poll(), 1);
        case WARM_UP -> warmUp = number(option, left.poll(), 0);
        default -> {
          if (!name.takes(option)) {
            throw new IllegalArgumentException(
                "%s does not know '%s'; it takes --messages N, --warm-up N%s"
                    .formatted(name.text(), option, name.options()));
          }
          int number = number(option, left.poll(), 1);
          switch (option) {
            case THREADS -> threads = number;
            case IN_FLIGHT -> inFlight = number;
            default -> connections = number;
          }
        }
      }
    }
    if (messages == null) {
      throw new IllegalArgumentException("peer needs " + MESSAGES + " N");
    }
    // A connection a thread: none waits for another's call or insert.
    return new PeerOptions(
        name, messages, warmUp, threads, inFlight, connections == null ? threads : connections);
  }

  int inFlightOr(int usual) {
    return inFlight == null ? usual : inFlight;
  }

  private static int number(String option, @Nullable String text, int least) {
    if (text == null || !text.matches("[0-9]{1,8}") || Integer.parseInt(text) < least) {
      throw new IllegalArgumentException(
          "%s needs a number from %d to 99999999, got %s"
              .formatted(option, least, text == null ? "nothing" : "'" + text + "'"));
    }
    return Integer.parseInt(text);
  }
}
