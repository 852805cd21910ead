package io.hongyan.sender.record;

import java.time.Instant;

/** What the rows say about a message that is about to be sent. */
public sealed interface Start {

  /**
   * Go: nothing can have been accepted, or a repeat is still dropped by WeChat.
   *
   * @param startId names this start in the commit that takes the attempt off again
   * @param mayHaveBeenAccepted an earlier attempt is in doubt
   * @param decidedAt when the rows were asked: what they said holds for a while only
   */
  record Started(long startId, boolean mayHaveBeenAccepted, Instant decidedAt) implements Start {}

  /** Its outcome stands; nothing is to be done. */
  record AlreadyRecorded() implements Start {}

  /**
   * An earlier attempt is in doubt, for longer than WeChat drops repeats: it must not be sent
   * again.
   */
  record InDoubtTooLong() implements Start {}
}
