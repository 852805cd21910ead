package io.hongyan.gateway.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that a server is away once when it begins and once when it is over, however many threads
 * meet it. Thread-safe.
 */
final class Outage {

  private static final Logger log = LoggerFactory.getLogger(Outage.class);

  private final String server;
  private final Clock clock;
  private final AtomicReference<@Nullable Instant> since = new AtomicReference<>();

  /**
   * @param server who is away, for the log
   */
  Outage(String server, Clock clock) {
    this.server = server;
    this.clock = clock;
  }

  /** Notes a failure; only the first of an outage is logged as a warning. */
  void failed(Exception cause) {
    if (since.compareAndSet(null, clock.instant())) {
      log.warn(
          "release waits, tried again until it works server={} cause=\"{}\"",
          server,
          rootMessage(cause));
    } else {
      log.debug("still away server={}", server, cause);
    }
  }

  /** Notes that the server answered. */
  void over() {
    Instant began = since.get();
    if (began != null && since.compareAndSet(began, null)) {
      log.info(
          "release goes on server={} away_ms={}",
          server,
          Duration.between(began, clock.instant()).toMillis());
    }
  }

  // The root alone: MyBatis wraps it into a page of text.
  private static String rootMessage(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getName() : root.getMessage();
  }
}
