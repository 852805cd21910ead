package io.hongyan.sender.delivery;

import io.hongyan.common.message.Topology;
import java.util.OptionalInt;

/** Which waiting queue a message goes to after a try, or that it is given up. Pure. */
final class RetryPolicy {

  /** Requeues a message has. */
  static final int MAX_TRIES = Topology.RETRY_LEVELS;

  /** The level of a message that waits without having used a try, or is looked at again. */
  static final int PARKING_LEVEL = Topology.RETRY_LEVELS;

  private RetryPolicy() {}

  /**
   * The level to wait at.
   *
   * @param triesUsed requeues so far
   * @return 1 to 3, or empty when the tries are used up
   */
  static OptionalInt nextLevel(int triesUsed, int maxTries) {
    return triesUsed < Math.min(maxTries, MAX_TRIES)
        ? OptionalInt.of(triesUsed + 1)
        : OptionalInt.empty();
  }
}
