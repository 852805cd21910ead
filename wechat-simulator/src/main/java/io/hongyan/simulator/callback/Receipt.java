package io.hongyan.simulator.callback;

/**
 * A {@code TEMPLATESENDJOBFINISH} that waits to be posted, or posted again.
 *
 * @param number no other has it; its nonce and its place among the account's addresses come from it
 * @param account a number for the appid
 * @param msgid 0 = not said
 * @param finishedAt whole seconds
 * @param postedAt when it was first posted, whole seconds; 0 = not yet
 * @param tries so far
 */
record Receipt(
    long number,
    int account,
    String openid,
    long msgid,
    ReceiptStatus status,
    long finishedAt,
    long postedAt,
    int tries) {

  /** As it is for its next try. */
  Receipt triedAt(long epochSecond) {
    return new Receipt(
        number,
        account,
        openid,
        msgid,
        status,
        finishedAt,
        tries == 0 ? epochSecond : postedAt,
        tries + 1);
  }
}
