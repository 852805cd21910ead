package io.hongyan.gateway.webhook;

/** What became of one try to post a delivery. */
sealed interface PostOutcome {

  /** The receiver has it. */
  record Delivered(int status) implements PostOutcome {}

  /** An answer that is not 2xx. */
  record Refused(int status) implements PostOutcome {

    private static final int GONE = 410;

    /** Whether the receiver wants to hear nothing more. */
    boolean isGone() {
      return status == GONE;
    }
  }

  /**
   * No complete answer; the receiver may have it nevertheless.
   *
   * @param error why; without the URL
   */
  record Unanswered(String error) implements PostOutcome {}

  /** What it was to tell is no longer so; nothing was posted. */
  record Void() implements PostOutcome {}
}
