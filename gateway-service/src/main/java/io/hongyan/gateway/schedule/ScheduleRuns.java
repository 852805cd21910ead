package io.hongyan.gateway.schedule;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.batch.BatchIntake;
import io.hongyan.gateway.batch.ScheduleRun;
import io.hongyan.gateway.batch.Submission;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.DatabaseAway;
import io.hongyan.gateway.web.ProblemException;
import io.hongyan.jobs.CronTimes;
import io.hongyan.jobs.InstanceName;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes the batches of due runs. A schedule is locked while its run is made, the batch is found
 * again by its moment, and the next run is set in the transaction that notes this one: so each
 * moment makes one batch, on several gateways at once and through a kill at any point. Of moments
 * that passed while nobody was running only the last is made.
 */
@Component
class ScheduleRuns {

  private static final Logger log = LoggerFactory.getLogger(ScheduleRuns.class);
  private static final int MOST_COUNTED = 1000;
  private static final int LONGEST_REMARK = 500;

  private final SchedulesMapper schedules;
  private final SchedulerLogMapper runs;
  private final BatchIntake intake;
  private final AccountRegistry accounts;
  private final TransactionOperations transactions;
  private final InstanceName instance;
  private final Clock clock;

  ScheduleRuns(
      SchedulesMapper schedules,
      SchedulerLogMapper runs,
      BatchIntake intake,
      AccountRegistry accounts,
      TransactionOperations transactions,
      InstanceName instance,
      Clock clock) {
    this.schedules = schedules;
    this.runs = runs;
    this.intake = intake;
    this.accounts = accounts;
    this.transactions = transactions;
    this.instance = instance;
    this.clock = clock;
  }

  /**
   * Makes what is due now. A run that could not be made, but may be later, is left for the next
   * call.
   *
   * @return whether nothing had to be left
   */
  boolean makeDue() {
    boolean allMade = true;
    for (String id : schedules.findDue(clock.instant())) {
      try {
        transactions.executeWithoutResult(transaction -> makeRun(id));
      } catch (RuntimeException e) {
        if (DatabaseAway.isCauseOf(e)) {
          throw e;
        }
        allMade = false;
        if (e instanceof ProblemException) {
          log.warn(
              "run of a schedule not made, tried again schedule={} cause={}", id, e.toString());
        } else {
          log.warn("run of a schedule not made, tried again schedule={}", id, e);
        }
      }
    }
    return allMade;
  }

  /** How a run ended. */
  private record Outcome(@Nullable BatchId batch, @Nullable String refusal) {}

  private void makeRun(String id) {
    Instant now = clock.instant();
    Optional<Schedule> locked = schedules.lockDue(id, now);
    if (locked.isEmpty()) {
      return;
    }
    Schedule schedule = locked.get();
    Instant planned = Objects.requireNonNull(schedule.nextRunAt()); // it is due
    CronTimes times;
    try {
      times = schedule.times();
    } catch (DateTimeException | IllegalArgumentException e) {
      // As after a change of the time zones.
      String refusal =
          "no moment can be reckoned until the schedule is stored anew: " + e.getMessage();
      note(schedule, planned, now, new Outcome(null, refusal), 0);
      schedules.moveOn(id, null);
      return;
    }
    Instant due = times.lastNotAfter(now).filter(planned::isBefore).orElse(planned);
    note(schedule, due, now, submit(schedule, due, now), missed(times, planned, due));
    schedules.moveOn(id, times.next(now).orElse(null));
  }

  private void note(Schedule schedule, Instant due, Instant now, Outcome outcome, int missed) {
    String id = schedule.id();
    BatchId batch = outcome.batch();
    runs.insert(
        schedule.job(),
        due,
        instance.text(),
        now,
        clock.instant(),
        batch == null ? "failed" : "done",
        remark(missed, outcome.refusal()),
        batch == null ? null : batch.value());
    if (batch == null) {
      log.warn(
          "run of a schedule refused schedule={} due={} reason={}", id, due, outcome.refusal());
    } else {
      log.info("run of a schedule made schedule={} due={} batch_id={}", id, due, batch);
    }
  }

  private Outcome submit(Schedule schedule, Instant due, Instant now) {
    ApiKey key = key(schedule);
    // Made by a gateway that was killed before it noted the run.
    Optional<Long> made = schedules.findBatch(schedule.id(), key.id(), due);
    if (made.isPresent()) {
      return new Outcome(new BatchId(made.get()), null);
    }
    RunBody body;
    try {
      body = RunBody.ofStored(schedule.batch());
      if (body.isExpired(due, now)) {
        return new Outcome(
            null, "expired: its expireAfter was over before a gateway could make it");
      }
    } catch (ProblemException e) {
      return new Outcome(null, e.getMessage());
    }
    try {
      return new Outcome(submit(schedule, key, body, due), null);
    } catch (ProblemException e) {
      if (mayPass(e.status())) {
        throw e;
      }
    }
    // Perhaps only by what this gateway remembers of the account, and a run is not refused twice.
    accounts.readAgain();
    try {
      return new Outcome(submit(schedule, key, body, due), null);
    } catch (ProblemException e) {
      if (mayPass(e.status())) {
        throw e;
      }
      return new Outcome(null, e.getMessage());
    }
  }

  private BatchId submit(Schedule schedule, ApiKey key, RunBody body, Instant due) {
    try {
      return intake
          .submit(
              Submission.ofSchedule(
                  key,
                  Long.toString(due.getEpochSecond()),
                  body.at(due),
                  new ScheduleRun(schedule.id(), due),
                  schedule.job()))
          .batch();
    } catch (SQLException e) {
      throw new UncategorizedSQLException("submit a schedule's run", null, e);
    }
  }

  /** What a schedule submits as: itself, and only for its account. */
  private static ApiKey key(Schedule schedule) {
    return new ApiKey(
        "schedule:" + schedule.id(),
        "schedule " + schedule.id(),
        Set.of(Scope.SEND),
        Set.of(schedule.accountId()));
  }

  /** Servers away, or another gateway's transaction of the same run that is not over. */
  private static boolean mayPass(HttpStatus status) {
    return status.is5xxServerError() || status == HttpStatus.CONFLICT;
  }

  /** Moments from the planned one on that are left out for the one that is made. */
  private static int missed(CronTimes times, Instant planned, Instant due) {
    int missed = 0;
    Instant moment = planned;
    while (moment.isBefore(due) && missed < MOST_COUNTED) {
      missed++;
      moment = times.next(moment).orElse(due);
    }
    return missed;
  }

  private static @Nullable String remark(int missed, @Nullable String refusal) {
    String leftOut =
        missed == 0
            ? ""
            : "%s%d earlier moments were missed while no gateway was running, and left out"
                .formatted(missed == MOST_COUNTED ? "at least " : "", missed);
    String text =
        refusal == null ? leftOut : leftOut.isEmpty() ? refusal : refusal + "; " + leftOut;
    if (text.isEmpty()) {
      return null;
    }
    return text.length() <= LONGEST_REMARK ? text : text.substring(0, LONGEST_REMARK - 1) + "…";
  }
}
