package io.hongyan.chaos.scenario;

import java.util.Set;

/**
 * What a fault explains, so that it is no finding.
 *
 * @param failures classes in {@code send_failed}, beside {@code uncertain}, in which a recipient
 *     may end that WeChat would have taken
 * @param failedPercent how many of the messages may end in these classes
 * @param askingTwice whether WeChat may be asked again for a message that it accepted (and drop
 *     it): only where an answer or a process was lost
 * @param uncertainPercent how many of the messages may end {@code uncertain}: none where neither an
 *     answer nor a process that waits for one was lost
 */
record Tolerance(
    Set<String> failures, int failedPercent, boolean askingTwice, int uncertainPercent) {

  /** The fault explains nothing: it must not be noticed at all. */
  static final Tolerance NONE = new Tolerance(Set.of(), 0, false, 0);

  /** Messages may be in the queues twice, and so be asked for while the first is in flight. */
  static final Tolerance COPIES = new Tolerance(Set.of(), 0, true, 0);

  /**
   * A store or the broker was away: no answer of WeChat's was lost, but one that could not be
   * recorded in time may be asked for again, and a machine that starts servers meanwhile may be too
   * slow for the one or other.
   */
  static final Tolerance LATE_RECORDS = new Tolerance(Set.of(), 0, true, 1);

  /** Attempts were broken off: some are asked again, and some of these too late. */
  static final Tolerance LOST_ANSWERS = new Tolerance(Set.of(), 0, true, 25);

  /** The same, and so many may use up their tries: it takes four refusals each. */
  Tolerance withExhausted(int percent) {
    return new Tolerance(Set.of("exhausted"), percent, askingTwice, uncertainPercent);
  }
}
