package io.hongyan.gateway.retention;

import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes the partitions of the coming months and drops those whose every batch is older than the
 * retention, once a day on every gateway: each step does nothing where another was first.
 */
@Component
class PartitionKeeper {

  private static final Logger log = LoggerFactory.getLogger(PartitionKeeper.class);
  private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("uuuu_MM");
  // A gateway that cannot reach the database for this long has other troubles first.
  private static final int MONTHS_AHEAD = 3;
  // The batch table last: as long as it is there, a drop that failed half-way is tried again.
  private static final List<String> TABLES =
      List.of(
          "send_attempt",
          "send_failed",
          "send_success",
          "send_started",
          "rejection",
          "recipient",
          "batch_progress",
          "batch");

  private final PartitionMapper mapper;
  private final TransactionOperations transactions;
  private final RetentionProperties properties;
  private final Clock clock;

  PartitionKeeper(
      PartitionMapper mapper,
      TransactionOperations transactions,
      RetentionProperties properties,
      Clock clock) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.properties = properties;
    this.clock = clock;
  }

  /** Does all of it; what fails is logged and tried again tomorrow. */
  @Scheduled(fixedRateString = "1d", initialDelayString = "${hongyan.partitions.initial-delay:10s}")
  void keep() {
    try {
      Instant now = clock.instant();
      createAhead(YearMonth.from(now.atZone(ZoneOffset.UTC)));
      dropOld(now.minus(properties.retention()));
    } catch (RuntimeException e) {
      log.error(
          "partitions not kept, tried again tomorrow; without new ones no batch is accepted after {} months",
          MONTHS_AHEAD,
          e);
    }
  }

  private void createAhead(YearMonth current) {
    for (int ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
      mapper.create(firstMoment(current.plusMonths(ahead)));
    }
  }

  private void dropOld(Instant oldestKept) {
    for (String month : mapper.findMonths()) {
      Instant end = firstMoment(YearMonth.parse(month, SUFFIX).plusMonths(1));
      if (!end.isAfter(oldestKept)) {
        dropMonth(month);
      }
    }
    int deadLetters = mapper.deleteDeadLetters(oldestKept);
    if (deadLetters > 0) {
      log.info("old dead letters deleted rows={}", deadLetters);
    }
  }

  private void dropMonth(String month) {
    if (mapper.hasUnfinished("batch_" + month)) {
      log.warn("old partitions kept, a batch is not finished month={}", month);
      return;
    }
    try {
      for (String table : TABLES) {
        transactions.executeWithoutResult(
            transaction -> {
              mapper.limitLockWait();
              mapper.drop(table + "_" + month);
            });
      }
      log.info("old partitions dropped month={}", month);
    } catch (RuntimeException e) {
      log.warn(
          "old partitions not dropped, tried again tomorrow month={} cause={}",
          month,
          e.getMessage());
    }
  }

  private static Instant firstMoment(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
