package io.hongyan.gateway.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** When a delivery that failed is tried again. */
final class RetryDelays {

  // Else all that failed together, because the receiver was away, would come together again.
  private static final double JITTER = 0.1;

  private final List<Duration> delays;
  private final DoubleSupplier random;

  /**
   * @param random from 0 to below 1; safe for the threads that call
   */
  RetryDelays(List<Duration> delays, DoubleSupplier random) {
    this.delays = List.copyOf(delays);
    this.random = random;
  }

  /** Whether so many failed tries are all that are made. */
  boolean areUsedUp(int tries) {
    return tries > delays.size();
  }

  /** How long to wait after so many failed tries, from 1; empty if that was the last. */
  Optional<Duration> after(int tries) {
    if (areUsedUp(tries)) {
      return Optional.empty();
    }
    double share = 1 - JITTER + 2 * JITTER * random.getAsDouble();
    return Optional.of(Duration.ofMillis((long) (delays.get(tries - 1).toMillis() * share)));
  }
}
