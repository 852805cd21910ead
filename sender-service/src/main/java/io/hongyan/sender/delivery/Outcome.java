package io.hongyan.sender.delivery;

import io.hongyan.common.message.OutcomeClass;
import org.jspecify.annotations.Nullable;

/** What one attempt gave. */
sealed interface Outcome {

  /** WeChat took the message; msgid is null where it gave none. */
  record Accepted(@Nullable Long msgid) implements Outcome {}

  /** WeChat refused it, and trying again cannot help. */
  record Refused(OutcomeClass outcomeClass, int errcode, @Nullable String errmsg, String advice)
      implements Outcome {}

  /**
   * Refused for now.
   *
   * @param errcode null when no connection was made or the status alone said so
   * @param maxTries how often it may be requeued
   * @param outcomeClass the class if it ends here
   */
  record Retryable(
      @Nullable Integer errcode,
      @Nullable String errmsg,
      int maxTries,
      OutcomeClass outcomeClass,
      String advice)
      implements Outcome {}

  /** No complete answer came: WeChat may have taken it. */
  record Doubtful(String cause) implements Outcome {}

  /** WeChat refused the access token. */
  record TokenRefused(int errcode, @Nullable String errmsg) implements Outcome {}

  /** The account may not send now; the message waits and uses no try. */
  record AccountStopped(Stop stop, int errcode, @Nullable String errmsg) implements Outcome {}

  /** How long an account is stopped. */
  enum Stop {
    DAY,
    MINUTE,
    UNTIL_RESUMED
  }
}
