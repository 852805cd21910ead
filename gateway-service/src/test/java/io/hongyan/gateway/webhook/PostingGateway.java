package io.hongyan.gateway.webhook;

import io.hongyan.gateway.RunningGateway;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A gateway that posts by a clock of the test's. */
final class PostingGateway {

  private PostingGateway() {}

  /**
   * A clock that stays later than the database's, by which deliveries are made due, however long
   * the tests take.
   */
  static SettableClock clock() {
    return new SettableClock(Instant.now().plus(Duration.ofHours(1)));
  }

  /** The caller closes it. */
  static RunningGateway start(SettableClock clock) {
    return RunningGateway.start(
        Map.of(
            "hongyan.webhook.enabled", "true",
            "hongyan.webhook.poll", "50ms",
            "hongyan.webhook.timeout", "30s",
            "hongyan.outbound.allow-private-addresses", "true",
            "hongyan.release.enabled", "false"),
        clock);
  }
}
