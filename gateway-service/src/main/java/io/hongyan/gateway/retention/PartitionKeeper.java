package io.hongyan.gateway.retention;

import io.hongyan.jobs.CronTimes;
import io.hongyan.jobs.ScheduledJob;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes the partitions of the coming months, drops those whose every batch is older than the
 * retention, and deletes other rows past their time; a daily job. What it does twice does nothing.
 */
@Component
class PartitionKeeper implements ScheduledJob {

  private static final Logger log = LoggerFactory.getLogger(PartitionKeeper.class);
  private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("uuuu_MM");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu_MM_dd");
  // A gateway that cannot reach the database for this long has other troubles first.
  private static final int MONTHS_AHEAD = 3;
  // Rows that one statement deletes well within the time it has.
  private static final int PORTION = 50_000;
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final CronTimes DAILY = CronTimes.of("0 20 3 * * *", SHANGHAI);
  // The batch table last: as long as it is there, a drop that failed half-way is tried again.
  private static final List<String> TABLES =
      List.of(
          "message_receipt",
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
  private final CallbackRetentionProperties callbacks;
  private final WebhookRetentionProperties webhook;
  private final Clock clock;

  PartitionKeeper(
      PartitionMapper mapper,
      TransactionOperations transactions,
      RetentionProperties properties,
      CallbackRetentionProperties callbacks,
      WebhookRetentionProperties webhook,
      Clock clock) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.properties = properties;
    this.callbacks = callbacks;
    this.webhook = webhook;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "partitions";
  }

  @Override
  public Optional<Instant> lastDue(Instant now) {
    return DAILY.lastNotAfter(now);
  }

  @Override
  public String run(Instant due) {
    return keep();
  }

  /** Once after the start: after a long time off, this month may have no partition yet. */
  @Scheduled(initialDelayString = "${hongyan.partitions.initial-delay:10s}")
  void createAtStart() {
    try {
      createAhead();
    } catch (RuntimeException e) {
      log.error("partitions not made, tried again by tomorrow's job", e);
    }
  }

  /** Does all of it, or throws: without new partitions no batch is accepted after 3 months. */
  String keep() {
    Instant now = clock.instant();
    createAhead();
    Instant oldestKept = now.minus(properties.retention());
    int dropped = dropOld(oldestKept);
    int days =
        dropOldDays("callback_log", now.minus(callbacks.retention()))
            + dropOldDays("delivery_receipt", oldestKept);
    int deadLetters = mapper.deleteDeadLetters(oldestKept);
    int runs = mapper.deleteSchedulerLog(oldestKept);
    // Only today's are counted. Yesterday's stay, as gateways' clocks may differ at midnight.
    int personDays = deletePersonDays(LocalDate.ofInstant(now, SHANGHAI).minusDays(1));
    int webhookDeliveries = deleteWebhookDeliveries(now.minus(webhook.retention()));
    return "months dropped: %d; deleted: %d dead letters, %d job runs, %d person days, %d webhook deliveries; days dropped: %d"
        .formatted(dropped, deadLetters, runs, personDays, webhookDeliveries, days);
  }

  private int deletePersonDays(LocalDate before) {
    return inPortions(() -> mapper.deletePersonDays(before, PORTION));
  }

  private int deleteWebhookDeliveries(Instant before) {
    return inPortions(() -> mapper.deleteWebhookDeliveries(before, PORTION));
  }

  private static int inPortions(IntSupplier delete) {
    int deleted = 0;
    int portion;
    do {
      portion = delete.getAsInt();
      deleted += portion;
    } while (portion == PORTION);
    return deleted;
  }

  private void createAhead() {
    createAhead(YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)));
  }

  private void createAhead(YearMonth current) {
    for (int ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
      mapper.create(firstMoment(current.plusMonths(ahead)));
    }
  }

  private int dropOld(Instant oldestKept) {
    int dropped = 0;
    for (String month : mapper.findMonths()) {
      Instant end = firstMoment(YearMonth.parse(month, SUFFIX).plusMonths(1));
      if (!end.isAfter(oldestKept) && dropMonth(month)) {
        dropped++;
      }
    }
    return dropped;
  }

  private boolean dropMonth(String month) {
    if (mapper.hasUnfinished("batch_" + month)) {
      log.warn("old partitions kept, a batch is not finished month={}", month);
      return false;
    }
    try {
      for (String table : TABLES) {
        drop(table + "_" + month);
      }
      log.info("old partitions dropped month={}", month);
      return true;
    } catch (RuntimeException e) {
      log.warn(
          "old partitions not dropped, tried again tomorrow month={} cause={}",
          month,
          e.getMessage());
      return false;
    }
  }

  /** Days of what is kept by the day it came; who stores makes them, this drops them. */
  private int dropOldDays(String parent, Instant oldestKept) {
    int dropped = 0;
    for (String day : mapper.findDays(parent)) {
      Instant end = LocalDate.parse(day, DAY).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      if (end.isAfter(oldestKept)) {
        continue;
      }
      try {
        drop(parent + "_" + day);
        dropped++;
      } catch (RuntimeException e) {
        log.warn(
            "old partition not dropped, tried again tomorrow table={} day={} cause={}",
            parent,
            day,
            e.getMessage());
      }
    }
    return dropped;
  }

  private void drop(String partition) {
    transactions.executeWithoutResult(
        transaction -> {
          mapper.limitLockWait();
          mapper.drop(partition);
        });
  }

  private static Instant firstMoment(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
