package io.hongyan.sender.record;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Says in {@code /actuator/health} when something cannot be committed: messages, receipts or what
 * followers say wait in their queues then. With PostgreSQL away {@code db} says so too; alone it
 * means that a statement fails, and a person must look at the log.
 */
@Component
class RecordHealthIndicator implements HealthIndicator {

  // A restart of PostgreSQL is shorter.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final List<Recorder> recorders;

  RecordHealthIndicator(List<Recorder> recorders) {
    this.recorders = recorders;
  }

  @Override
  public Health health() {
    Health.Builder health = Health.up();
    for (Recorder recorder : recorders) {
      Duration stuck = recorder.stuckFor();
      health.withDetail(recorder.records() + "StuckSeconds", stuck.toSeconds());
      if (stuck.compareTo(PATIENCE) > 0) {
        health.down();
      }
    }
    return health.build();
  }
}
