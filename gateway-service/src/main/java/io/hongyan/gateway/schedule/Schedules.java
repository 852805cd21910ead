package io.hongyan.gateway.schedule;

import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.batch.Accepted;
import io.hongyan.gateway.batch.BatchIntake;
import io.hongyan.gateway.batch.ScheduleRun;
import io.hongyan.gateway.batch.Submission;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.web.ProblemException;
import io.hongyan.jobs.CronTimes;
import io.hongyan.jobs.InstanceName;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

/** Stores, deletes and triggers schedules for a caller, and finds those that the caller may see. */
@Component
class Schedules {

  private static final Logger log = LoggerFactory.getLogger(Schedules.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final String KEY_REUSED = "idempotency-key-reused";

  private final SchedulesMapper mapper;
  private final SchedulerLogMapper runs;
  private final BatchIntake intake;
  private final AuditLog audit;
  private final TransactionOperations transactions;
  private final InstanceName instance;
  private final Clock clock;

  Schedules(
      SchedulesMapper mapper,
      SchedulerLogMapper runs,
      BatchIntake intake,
      AuditLog audit,
      TransactionOperations transactions,
      InstanceName instance,
      Clock clock) {
    this.mapper = mapper;
    this.runs = runs;
    this.intake = intake;
    this.audit = audit;
    this.transactions = transactions;
    this.instance = instance;
    this.clock = clock;
  }

  /** The schedule; answers 404 if there is none that the key may see. */
  Schedule get(ApiKey key, String id) {
    return mapper
        .find(id)
        .filter(schedule -> key.mayUse(schedule.accountId()))
        .orElseThrow(() -> none(id));
  }

  /**
   * Stores it after checking all that a run would be refused for; whatever it throws, nothing was
   * stored.
   *
   * @return whether it is new
   */
  boolean put(ApiKey key, String id, PutScheduleRequest request) throws SQLException {
    ProblemException.requireValid(
        ID.matcher(id).matches(), "a schedule's id is 1 to 64 of A-Z, a-z, 0-9, '_', '.' and '-'");
    CronTimes times = request.times();
    RunBody body = RunBody.of(request.batch());
    Optional<Schedule> before = mapper.find(id);
    if (before.isPresent()) {
      requireSameAccount(key, before.get(), body);
    }
    Instant now = clock.instant();
    Instant next =
        times
            .next(now)
            .orElseThrow(
                () ->
                    ProblemException.invalid(
                        "cron '%s' never fires".formatted(request.checkedCron())));
    tryOut(key, id, body, now);
    Schedule schedule =
        new Schedule(
            id,
            body.account(),
            request.checkedCron(),
            request.checkedZone().getId(),
            body.stored(),
            request.isEnabled(),
            request.isEnabled() ? next : null,
            key.id(),
            now,
            now);
    return Boolean.TRUE.equals(
        transactions.execute(
            transaction -> {
              Optional<Schedule> old = mapper.lock(id);
              // With the same moments as before it keeps its next run: storing it again skips none.
              Schedule stored =
                  old.filter(schedule::runsAtTheMomentsOf)
                      .map(same -> schedule.runningNextAt(same.nextRunAt()))
                      .orElse(schedule);
              boolean created = mapper.put(stored).orElseThrow(() -> none(id));
              old.filter(other -> !schedule.runsAtTheMomentsOf(other))
                  .ifPresent(other -> noteLeftOut(key, other, now));
              audit.record(key.id(), "schedule.put", Schedule.subject(id), detail(schedule, body));
              return created;
            }));
  }

  /** A run that is due, but that no gateway came to make before the moments changed. */
  private void noteLeftOut(ApiKey key, Schedule old, Instant now) {
    Instant due = old.nextRunAt();
    if (due != null && !due.isAfter(now)) {
      runs.insert(
          old.job(),
          due,
          instance.text(),
          now,
          now,
          "failed",
          "left out: API key '%s' (%s) changed the schedule's moments before a gateway made it"
              .formatted(key.name(), key.id()),
          null);
    }
  }

  private static void requireSameAccount(ApiKey key, Schedule before, RunBody body) {
    if (!key.mayUse(before.accountId())) {
      throw none(before.id());
    }
    ProblemException.requireValid(
        before.accountId().equals(body.account()),
        "schedule '%s' belongs to account '%s' and stays with it; delete it, or choose another id"
            .formatted(before.id(), before.accountId()));
  }

  private void tryOut(ApiKey key, String id, RunBody body, Instant now) throws SQLException {
    try {
      intake.dryRun(
          Submission.ofSchedule(
              key, null, body.at(now), new ScheduleRun(id, now), Schedule.job(id)));
    } catch (ProblemException e) {
      throw told(e);
    }
  }

  /** Says of a refusal that it is about the body of the run. */
  private static ProblemException told(ProblemException problem) {
    return problem.status().is4xxClientError() && !problem.name().equals(KEY_REUSED)
        ? problem.within("batch")
        : problem;
  }

  private static Map<String, Object> detail(Schedule schedule, RunBody body) {
    return Map.of(
        "account", schedule.accountId(),
        "template", body.template(),
        "cron", schedule.cron(),
        "zone", schedule.zone(),
        "enabled", schedule.enabled());
  }

  /** Deletes it; its batches and what was noted of its runs stay. */
  void delete(ApiKey key, String id) {
    Schedule schedule = get(key, id);
    transactions.executeWithoutResult(
        transaction -> {
          if (mapper.delete(id) == 0) {
            throw none(id);
          }
          audit.record(
              key.id(),
              "schedule.delete",
              Schedule.subject(id),
              Map.of("account", schedule.accountId()));
        });
  }

  /**
   * Runs it now, enabled or not.
   *
   * @param others settings that replace the stored ones for this run; null for none
   * @param idempotencyKey the caller's; null if none was sent. The same one with the same settings
   *     gets the first answer again, also after the schedule was changed
   */
  Accepted trigger(
      ApiKey key, String id, @Nullable JsonNode others, @Nullable String idempotencyKey)
      throws SQLException {
    Schedule schedule = get(key, id);
    RunBody body = RunBody.ofStored(schedule.batch()).with(others);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Accepted accepted;
    try {
      accepted =
          intake.submit(
              Submission.ofSchedule(
                  key, idempotencyKey, body.at(now), new ScheduleRun(id, now), asked(id, others)));
    } catch (ProblemException e) {
      throw told(e);
    }
    try {
      Instant due =
          accepted.replayed() ? mapper.findMoment(accepted.batch().value()).orElse(now) : now;
      note(key, schedule, due, now, accepted);
    } catch (DataAccessException | TransactionException e) {
      // The batch is accepted, and an answer that it may not be would make callers send it twice.
      log.warn(
          "triggered run not noted schedule={} batch_id={} cause={}",
          id,
          accepted.batch(),
          e.toString());
    }
    return accepted;
  }

  /**
   * The request as its caller made it: the schedule may have other settings when it is repeated.
   */
  private static String asked(String id, @Nullable JsonNode others) {
    return "%s\n%s".formatted(Schedule.job(id), others == null || others.isNull() ? "{}" : others);
  }

  /** Once for each moment, also where the request is repeated. */
  private void note(ApiKey key, Schedule schedule, Instant due, Instant now, Accepted accepted) {
    transactions.executeWithoutResult(
        transaction -> {
          int noted =
              runs.insert(
                  schedule.job(),
                  due,
                  instance.text(),
                  now,
                  clock.instant(),
                  "done",
                  "triggered by API key '%s' (%s)".formatted(key.name(), key.id()),
                  accepted.batch().value());
          if (noted == 1) {
            audit.record(
                key.id(),
                "schedule.trigger",
                Schedule.subject(schedule.id()),
                Map.of("batch", accepted.batch().toString()));
          }
        });
  }

  private static ProblemException none(String id) {
    return ProblemException.notFound(
        "There is no schedule '%s' that this API key may use".formatted(id));
  }
}
