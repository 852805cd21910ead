package io.hongyan.chaos.audit;

/** What can be wrong after a round. A clean round has none of these. */
public enum Finding {
  /** Answered 202, and neither in {@code send_success} nor in {@code send_failed}. */
  LOST("lost"),
  /** More than one row for one recipient. */
  DOUBLED("doubled"),
  /** A batch, a row or a call to WeChat that no answered request asked for. */
  STRANGER("strangers"),
  /** WeChat accepted one {@code client_msg_id} twice, or one of a batch that was over before. */
  REPEATED("repeated"),
  /** WeChat accepted it, and it is neither a success nor {@code uncertain}. */
  UNRECORDED("unrecorded"),
  /** In {@code send_success}, and WeChat never accepted it. */
  FALSE_SUCCESS("false successes"),
  /** Failed, though nothing that happened in the round allows that class of failure. */
  WRONG_FAILURE("wrong failures"),
  /** A batch whose counters, in the table or over HTTP, are not the number of its rows. */
  MISCOUNTED("miscounted"),
  /** A batch that is not over. */
  UNFINISHED("unfinished"),
  /** A message left in a queue. */
  QUEUED("queued"),
  /** A row added to {@code dead_letter}. */
  DEAD_LETTER("dead letters");

  private final String text;

  Finding(String text) {
    this.text = text;
  }

  /** For people. */
  @Override
  public String toString() {
    return text;
  }
}
