package io.hongyan.sender.delivery;

import io.hongyan.sender.record.Start;
import java.time.Instant;

/** How far sending came. */
sealed interface Sent {

  /** The rows forbade the call. */
  record NotCalled(Start start) implements Sent {}

  /**
   * The start row was committed, but the call may not follow any more: too much time went by, or
   * something stopped the message meanwhile.
   */
  record Withheld(long startId, Instant at) implements Sent {}

  /**
   * The call was made, or tried.
   *
   * @param startId the start row's commit that preceded it
   */
  record Called(long startId, Instant began, int tookMillis, Outcome outcome) implements Sent {}
}
