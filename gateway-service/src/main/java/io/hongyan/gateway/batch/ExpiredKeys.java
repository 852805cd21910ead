package io.hongyan.gateway.batch;

import io.hongyan.jobs.EveryTimes;
import io.hongyan.jobs.ScheduledJob;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.stereotype.Component;

/** Deletes idempotency keys after their lifetime; an hourly job. */
@Component
class ExpiredKeys implements ScheduledJob {

  private static final EveryTimes HOURLY = new EveryTimes(Duration.ofHours(1));

  private final JdbcOperations jdbc;
  private final IntakeProperties properties;
  private final Clock clock;

  ExpiredKeys(JdbcOperations jdbc, IntakeProperties properties, Clock clock) {
    this.jdbc = jdbc;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "expired-keys";
  }

  @Override
  public Optional<Instant> lastDue(Instant now) {
    return Optional.of(HOURLY.lastNotAfter(now));
  }

  @Override
  public String run(Instant due) {
    int deleted =
        jdbc.update(
            "delete from idempotency where created_at < ?",
            Timestamp.from(clock.instant().minus(properties.keyLifetime())));
    return "keys deleted: " + deleted;
  }
}
