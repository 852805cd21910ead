package io.hongyan.chaos.scenario;

import java.util.Set;

/**
 * What a fault explains, so that it is no finding.
 *
 * @param failures classes in {@code send_failed}, beside {@code uncertain}, in which a recipient
 *     may end that WeChat would have taken
 * @param askingTwice whether WeChat may be asked again for a message that it accepted (and drop
 *     it): only where an answer or a process was lost
 * @param uncertainPercent how many of the messages may end {@code uncertain}: none where neither an
 *     answer nor a process that waits for one was lost
 */
record Tolerance(Set<String> failures, boolean askingTwice, int uncertainPercent) {

  /** The fault explains nothing: it must not be noticed at all. */
  static final Tolerance NONE = new Tolerance(Set.of(), false, 0);

  /** Messages may be in the queues twice, and so be asked for while the first is in flight. */
  static final Tolerance COPIES = new Tolerance(Set.of(), true, 0);

  /** Attempts were broken off: some are asked again, and some of these too late. */
  static final Tolerance LOST_ANSWERS = new Tolerance(Set.of(), true, 25);

  Tolerance with(String... classes) {
    return new Tolerance(Set.of(classes), askingTwice, uncertainPercent);
  }
}
