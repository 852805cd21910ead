package io.hongyan.simulator.callback;

import org.jspecify.annotations.Nullable;

/**
 * One try of a conversation.
 *
 * @param sentAtMillis when it began
 * @param status of the answer; 0 = none came
 * @param problem what is wrong with a bad answer; else null
 */
public record Attempt(long sentAtMillis, int status, Outcome outcome, @Nullable String problem) {

  /** How a try ended. */
  public enum Outcome {
    /** With a reply to show. */
    ANSWERED,
    /** With {@code success} or nothing at all. */
    SUCCESS,
    TIMEOUT,
    /** The connection broke or was refused. */
    CLOSED,
    /** With an answer that WeChat would not take. */
    BAD
  }
}
