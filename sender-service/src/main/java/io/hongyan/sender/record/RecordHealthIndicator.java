package io.hongyan.sender.record;

import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Says in {@code /actuator/health} when starts or outcomes cannot be committed. With PostgreSQL
 * away {@code db} says so too; alone it means that a statement fails, and a person must look at the
 * log.
 */
@Component
class RecordHealthIndicator implements HealthIndicator {

  // A restart of PostgreSQL is shorter.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final StartRecorder starts;
  private final OutcomeRecorder outcomes;

  RecordHealthIndicator(StartRecorder starts, OutcomeRecorder outcomes) {
    this.starts = starts;
    this.outcomes = outcomes;
  }

  @Override
  public Health health() {
    Duration startsStuck = starts.stuckFor();
    Duration outcomesStuck = outcomes.stuckFor();
    boolean stuck = startsStuck.compareTo(PATIENCE) > 0 || outcomesStuck.compareTo(PATIENCE) > 0;
    return (stuck ? Health.down() : Health.up())
        .withDetail("startsStuckSeconds", startsStuck.toSeconds())
        .withDetail("outcomesStuckSeconds", outcomesStuck.toSeconds())
        .build();
  }
}
