package io.hongyan.gateway.batch;

import java.sql.Timestamp;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Deletes idempotency keys after their lifetime, every hour on every gateway. */
@Component
class ExpiredKeys {

  private static final Logger log = LoggerFactory.getLogger(ExpiredKeys.class);

  private final JdbcOperations jdbc;
  private final IntakeProperties properties;
  private final Clock clock;

  ExpiredKeys(JdbcOperations jdbc, IntakeProperties properties, Clock clock) {
    this.jdbc = jdbc;
    this.properties = properties;
    this.clock = clock;
  }

  @Scheduled(fixedRateString = "1h", initialDelayString = "1m")
  void delete() {
    try {
      int deleted =
          jdbc.update(
              "delete from idempotency where created_at < ?",
              Timestamp.from(clock.instant().minus(properties.keyLifetime())));
      if (deleted > 0) {
        log.info("expired idempotency keys deleted rows={}", deleted);
      }
    } catch (RuntimeException e) {
      log.warn("expired idempotency keys not deleted, tried again later cause={}", e.toString());
    }
  }
}
