package io.hongyan.gateway.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.batch.BatchIntake;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.jobs.InstanceName;
import io.hongyan.test.SettableClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

/** What the clock does with schedules, on two gateways whose clocks differ. */
class ScheduleRunsIT {

  private static final Instant START = Instant.parse("2026-03-02T08:00:30Z");
  private static final Duration SKEW = Duration.ofSeconds(7);
  // Batches stay as they are made, or are paused by other tests' gateways: for the database their
  // moments are long past.
  private static final Map<String, String> SETTINGS =
      Map.of(
          "hongyan.schedules.enabled", "true",
          "hongyan.schedules.poll", "20ms",
          "hongyan.release.enabled", "false");

  private static SettableClock clock;
  private static SettableClock ahead;
  private static RunningGateway one;
  private static RunningGateway two;

  @BeforeAll
  static void start() {
    clock = new SettableClock(START);
    ahead = new SettableClock(START.plus(SKEW));
    one = RunningGateway.start(SETTINGS, clock);
    two = RunningGateway.start(SETTINGS, ahead);
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
  }

  private static void advance(Duration step) {
    clock.advance(step);
    ahead.advance(step);
  }

  @Test
  void twoGatewaysMakeOneBatchForEachMoment() {
    Campaign campaign = Campaign.of(one, "sc-two");
    assertThat(campaign.put("0 * * * * *").status()).isEqualTo(201);
    Instant first = clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);

    for (int run = 1; run <= 30; run++) {
      advance(Duration.ofMinutes(1));
      int runs = run;
      await().untilAsserted(() -> assertThat(campaign.sendAts()).hasSizeGreaterThanOrEqualTo(runs));
    }
    one.admin("DELETE", "/v1/schedules/sc-two", null);

    assertThat(campaign.sendAts())
        .isEqualTo(
            java.util.stream.IntStream.range(0, 30)
                .mapToObj(minute -> first.plus(minute, ChronoUnit.MINUTES).toString())
                .map(moment -> moment.replace("Z", ""))
                .toList());
    assertThat(
            Database.count(
                "scheduler_log where job = 'schedule/sc-two' and result = 'done' and batch_id is not null"))
        .isEqualTo(30);
    assertThat(
            Database.count(
                "batch where schedule_id = 'sc-two' and state not in ('scheduled', 'paused')"))
        .as("long past for the database, so nothing may be sent")
        .isZero();
  }

  @Test
  void aGatewayThatIsKilledBeforeItNotesTheRunMakesNoSecondBatch() {
    Campaign campaign = Campaign.of(one, "sc-kill");
    campaign.put("0 0 12 * * *");
    Instant noon = clock.instant().truncatedTo(ChronoUnit.DAYS).plus(36, ChronoUnit.HOURS);
    SettableClock later = new SettableClock(noon.plusSeconds(1));
    AtomicBoolean killed = new AtomicBoolean();
    SchedulesMapper real = one.bean(SchedulesMapper.class);
    SchedulesMapper dying = dyingAtMoveOn(real, "sc-kill", killed);

    assertThat(runs(dying, later).makeDue()).as("left for the next look").isFalse();
    assertThat(killed).isTrue();
    assertThat(campaign.sendAts()).as("submitted before the kill").hasSize(1);
    assertThat(Database.count("scheduler_log where job = 'schedule/sc-kill'")).isZero();
    assertThat(runs(real, later).makeDue()).isTrue();
    runs(real, later).makeDue();

    assertThat(campaign.sendAts()).hasSize(1);
    assertThat(
            Database.row(
                "select l.result, l.batch_id = b.id from scheduler_log l join batch b on b.schedule_id = 'sc-kill' where l.job = 'schedule/sc-kill'"))
        .isEqualTo(List.of("done", "true"));
    one.admin("DELETE", "/v1/schedules/sc-kill", null);
  }

  @Test
  void ofMissedMomentsOnlyTheLastIsMadeAndTheOthersAreNoted() {
    Campaign campaign = Campaign.of(one, "sc-miss");
    campaign.put("0 0 * * * *");
    Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
    SettableClock later = new SettableClock(hour.plus(5, ChronoUnit.HOURS).plusSeconds(90));

    runs(one.bean(SchedulesMapper.class), later).makeDue();

    assertThat(campaign.sendAts())
        .containsExactly(hour.plus(5, ChronoUnit.HOURS).toString().replace("Z", ""));
    assertThat(Database.value("select remark from scheduler_log where job = 'schedule/sc-miss'"))
        .contains("4 earlier moments");
    assertThat(
            Database.value(
                "select next_run_at = '%s'::timestamptz from schedule where id = 'sc-miss'"
                    .formatted(hour.plus(6, ChronoUnit.HOURS))))
        .isEqualTo("true");
    one.admin("DELETE", "/v1/schedules/sc-miss", null);
  }

  @Test
  void aRunThatIsRefusedIsNotedAndTheScheduleGoesOn() {
    Campaign campaign = Campaign.of(one, "sc-empty");
    campaign.put("0 0 0 * * *");
    Database.execute("update follower set subscribed = false where account_id = 'sc-empty'");
    Instant midnight = clock.instant().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
    SettableClock later = new SettableClock(midnight.plusSeconds(1));

    assertThat(runs(one.bean(SchedulesMapper.class), later).makeDue()).isTrue();

    assertThat(campaign.sendAts()).isEmpty();
    assertThat(
            Database.row(
                "select result, batch_id is null as none, remark like 'empty-audience%' as why from scheduler_log where job = 'schedule/sc-empty'"))
        .isEqualTo(List.of("failed", "true", "true"));
    assertThat(
            Database.value(
                "select next_run_at = '%s'::timestamptz from schedule where id = 'sc-empty'"
                    .formatted(midnight.plus(1, ChronoUnit.DAYS))))
        .isEqualTo("true");
    one.admin("DELETE", "/v1/schedules/sc-empty", null);
  }

  @Test
  void aRunIsNotRefusedForWhatTheGatewayMissedOfItsAccount() {
    Campaign campaign = Campaign.of(one, "sc-stale");
    campaign.put("0 0 0 * * *");
    Database.execute("update account set enabled = false where id = 'sc-stale'");
    one.bean(AccountRegistry.class).readAgain();
    Database.execute("update account set enabled = true where id = 'sc-stale'");
    Instant midnight = clock.instant().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
    assertThat(campaign.trigger(null).problem()).as("missed").isEqualTo("account-disabled");

    assertThat(
            runs(one.bean(SchedulesMapper.class), new SettableClock(midnight.plusSeconds(1)))
                .makeDue())
        .isTrue();

    assertThat(campaign.sendAts()).hasSize(1);
    one.admin("DELETE", "/v1/schedules/sc-stale", null);
  }

  @Test
  void aRunThatExpiredInAnOutageIsNotedAndMakesNoBatch() {
    Campaign campaign = Campaign.of(one, "sc-expired");
    campaign.put(
        one,
        "0 0 0 * * *",
        campaign.batch().replace("\"data\"", "\"expireAfter\":\"PT1H\",\"data\""));
    Instant midnight = clock.instant().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);

    runs(one.bean(SchedulesMapper.class), new SettableClock(midnight.plus(61, ChronoUnit.MINUTES)))
        .makeDue();

    assertThat(campaign.sendAts()).isEmpty();
    assertThat(Database.value("select remark from scheduler_log where job = 'schedule/sc-expired'"))
        .startsWith("expired");
    one.admin("DELETE", "/v1/schedules/sc-expired", null);
  }

  @Test
  void aFailureOfOneScheduleDoesNotStopTheOthers() {
    Campaign bad = Campaign.of(one, "sc-bad");
    bad.put("0 0 0 * * *");
    Campaign good = Campaign.of(one, "sc-good");
    good.put("0 0 0 * * *");
    Database.execute(
        "update schedule set next_run_at = next_run_at - interval '1 second' where id = 'sc-bad'");
    SettableClock later = afterMidnight();

    assertThat(
            runs(
                    dyingAtMoveOn(one.bean(SchedulesMapper.class), "sc-bad", new AtomicBoolean()),
                    later)
                .makeDue())
        .isFalse();

    assertThat(good.sendAts()).hasSize(1);
    one.admin("DELETE", "/v1/schedules/sc-bad", null);
    one.admin("DELETE", "/v1/schedules/sc-good", null);
  }

  @Test
  void aScheduleThatCannotBeReadAnyMoreIsNotedAndWaitsForItsNextPut() {
    Campaign campaign = Campaign.of(one, "sc-mars");
    campaign.put("0 0 0 * * *");
    // As after a change of the time zones.
    Database.execute("update schedule set zone = 'Mars/Base' where id = 'sc-mars'");

    assertThat(runs(one.bean(SchedulesMapper.class), afterMidnight()).makeDue()).isTrue();

    assertThat(
            Database.row(
                "select result, remark like '%Mars/Base%', (select next_run_at from schedule where id = 'sc-mars') from scheduler_log where job = 'schedule/sc-mars'"))
        .containsExactly("failed", "true", "null");
    Database.execute("update schedule set zone = 'UTC' where id = 'sc-mars'");
    campaign.put("0 0 0 * * *");
    assertThat(Database.value("select next_run_at is null from schedule where id = 'sc-mars'"))
        .isEqualTo("false");
    one.admin("DELETE", "/v1/schedules/sc-mars", null);
  }

  @Test
  void aBodyThatCannotBeReadAnyMoreFailsTheRunOnly() {
    Campaign campaign = Campaign.of(one, "sc-body");
    campaign.put("0 0 0 * * *");
    Database.execute(
        "update schedule set batch = batch || '{\"expireAfter\":\"soon\"}' where id = 'sc-body'");

    assertThat(runs(one.bean(SchedulesMapper.class), afterMidnight()).makeDue()).isTrue();

    assertThat(
            Database.row(
                "select l.result, l.remark like '%expireAfter%' as why, s.next_run_at > l.due_at as next from scheduler_log l join schedule s on s.id = 'sc-body' where l.job = 'schedule/sc-body'"))
        .containsExactly("failed", "true", "true");
    one.admin("DELETE", "/v1/schedules/sc-body", null);
  }

  private static SettableClock afterMidnight() {
    return new SettableClock(
        clock.instant().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS).plusSeconds(1));
  }

  @Test
  void aRunLongerAgoThanTheGraceIsPausedWithItsReason() {
    // The database's clock decides about the grace, so this is in real time.
    try (RunningGateway gateway = RunningGateway.start(Map.of())) {
      Campaign campaign = Campaign.of(gateway, "sc-late");
      Instant missed = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(2, ChronoUnit.HOURS);
      campaign.put("0 0 %d * * *".formatted(missed.atZone(java.time.ZoneOffset.UTC).getHour()));
      Database.execute(
          "update schedule set next_run_at = '%s' where id = 'sc-late'".formatted(missed));

      gateway.bean(ScheduleRuns.class).makeDue();

      await()
          .untilAsserted(
              () ->
                  assertThat(
                          Database.rows(
                              "select state, state_reason like 'sendAt was missed%' from batch where schedule_id = 'sc-late'"))
                      .containsExactly(List.of("paused", "true")));
      String batch =
          gateway
              .admin("GET", "/v1/schedules/sc-late/runs", null)
              .json()
              .at("/items/0/batchId")
              .stringValue();
      String history = gateway.admin("GET", "/v1/batches/" + batch + "/history", null).text();
      assertThat(history)
          .contains(
              "\"actor\":\"schedule:sc-late\",\"action\":\"batch.accept\",\"from\":null,\"to\":\"scheduled\"")
          .contains(
              "\"actor\":\"system\",\"action\":\"batch.pause\",\"from\":\"scheduled\",\"to\":\"paused\"");
      gateway.admin("POST", "/v1/batches/" + batch + "/cancel", null);
      gateway.admin("DELETE", "/v1/schedules/sc-late", null);
    }
  }

  @Test
  void storingAScheduleAgainSkipsNoRun() {
    Campaign campaign = Campaign.of(one, "sc-again");
    campaign.put("0 0 6 * * *");
    Database.execute(
        "update schedule set enabled = true, next_run_at = next_run_at - interval '10 days', zone = 'Etc/GMT' where id = 'sc-again'");

    assertThat(campaign.put("0 0 6 * * *").status()).isEqualTo(200);
    String changed =
        Database.value(
            "select next_run_at > '%s'::timestamptz from schedule where id = 'sc-again'"
                .formatted(clock.instant()));
    Database.execute(
        "update schedule set next_run_at = next_run_at + interval '10 days' where id = 'sc-again'");
    campaign.put("0 0 6 * * *");

    assertThat(changed).as("another zone, so reckoned anew").isEqualTo("true");
    assertThat(
            Database.value(
                "select next_run_at > '%s'::timestamptz + interval '5 days' from schedule where id = 'sc-again'"
                    .formatted(clock.instant())))
        .as("the same moments, so kept")
        .isEqualTo("true");
    one.admin("DELETE", "/v1/schedules/sc-again", null);
  }

  @Test
  void aDueRunThatAChangeOfTheMomentsLeavesOutIsNoted() throws SQLException {
    Campaign campaign = Campaign.of(one, "sc-left");
    campaign.put("0 0 6 * * *");
    Instant six = clock.instant().truncatedTo(ChronoUnit.DAYS).plus(30, ChronoUnit.HOURS);
    Schedules later =
        new Schedules(
            one.bean(SchedulesMapper.class),
            one.bean(SchedulerLogMapper.class),
            one.bean(BatchIntake.class),
            one.bean(AuditLog.class),
            one.bean(TransactionOperations.class),
            one.bean(InstanceName.class),
            new SettableClock(six.plusSeconds(1)));
    ApiKey key = new ApiKey("key-x", "ops", Set.of(Scope.SEND), Set.of("sc-left"));

    later.put(key, "sc-left", request(campaign, "0 0 6 * * *"));
    assertThat(Database.count("scheduler_log where job = 'schedule/sc-left'"))
        .as("the same moments, so still due")
        .isZero();
    later.put(key, "sc-left", request(campaign, "0 0 7 * * *"));

    assertThat(
            Database.row(
                "select result, remark like 'left out: API key ''ops''%%' as why, due_at = '%s'::timestamptz as due from scheduler_log where job = 'schedule/sc-left'"
                    .formatted(six)))
        .containsExactly("failed", "true", "true");
    assertThat(
            Database.value(
                "select next_run_at = '%s'::timestamptz from schedule where id = 'sc-left'"
                    .formatted(six.plus(1, ChronoUnit.HOURS))))
        .isEqualTo("true");
    one.admin("DELETE", "/v1/schedules/sc-left", null);
  }

  private static PutScheduleRequest request(Campaign campaign, String cron) {
    return new PutScheduleRequest(
        cron, "UTC", true, JsonMapper.shared().readTree(campaign.batch()));
  }

  private static ScheduleRuns runs(SchedulesMapper mapper, SettableClock now) {
    return new ScheduleRuns(
        mapper,
        one.bean(SchedulerLogMapper.class),
        one.bean(BatchIntake.class),
        one.bean(AccountRegistry.class),
        one.bean(TransactionOperations.class),
        one.bean(InstanceName.class),
        now);
  }

  /** Breaks off where a kill would, after the submit. */
  private static SchedulesMapper dyingAtMoveOn(
      SchedulesMapper real, String schedule, AtomicBoolean killed) {
    return (SchedulesMapper)
        Proxy.newProxyInstance(
            SchedulesMapper.class.getClassLoader(),
            new Class<?>[] {SchedulesMapper.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("moveOn") && schedule.equals(arguments[0])) {
                killed.set(true);
                throw new IllegalStateException("killed");
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
