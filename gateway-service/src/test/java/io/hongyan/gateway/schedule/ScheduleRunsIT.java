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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
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

  private final List<Campaign> campaigns = new ArrayList<>();

  /** Else they would run in the tests that follow, for the clocks go on. */
  @AfterEach
  void deleteSchedules() {
    campaigns.forEach(Campaign::delete);
  }

  private static void advance(Duration step) {
    clock.advance(step);
    ahead.advance(step);
  }

  @Test
  void twoGatewaysMakeOneBatchForEachMoment() {
    Campaign campaign = scheduled("sc-two", "0 * * * * *");
    Instant first = clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);

    for (int run = 1; run <= 30; run++) {
      advance(Duration.ofMinutes(1));
      int runs = run;
      await().untilAsserted(() -> assertThat(campaign.sendAts()).hasSizeGreaterThanOrEqualTo(runs));
    }
    campaign.delete();

    assertThat(campaign.sendAts())
        .isEqualTo(
            IntStream.range(0, 30)
                .mapToObj(minute -> first.plus(minute, ChronoUnit.MINUTES))
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
    Campaign campaign = scheduled("sc-kill", "0 0 12 * * *");
    Instant noon = nextMidnight().plus(12, ChronoUnit.HOURS);
    AtomicBoolean killed = new AtomicBoolean();
    Instant later = noon.plusSeconds(1);

    assertThat(runs(dyingAtMoveOn("sc-kill", killed), later).makeDue())
        .as("left for the next look")
        .isFalse();
    assertThat(killed).isTrue();
    assertThat(campaign.sendAts()).as("submitted before the kill").hasSize(1);
    assertThat(Database.count("scheduler_log where job = 'schedule/sc-kill'")).isZero();
    assertThat(runs(later).makeDue()).isTrue();
    runs(later).makeDue();

    assertThat(campaign.sendAts()).hasSize(1);
    assertThat(
            Database.row(
                "select l.result, l.batch_id = b.id from scheduler_log l join batch b on b.schedule_id = 'sc-kill' where l.job = 'schedule/sc-kill'"))
        .isEqualTo(List.of("done", "true"));
  }

  @Test
  void ofMissedMomentsOnlyTheLastIsMadeAndTheOthersAreNoted() {
    Campaign campaign = scheduled("sc-miss", "0 0 * * * *");
    Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS);

    runs(hour.plus(5, ChronoUnit.HOURS).plusSeconds(90)).makeDue();

    assertThat(campaign.sendAts()).containsExactly(hour.plus(5, ChronoUnit.HOURS));
    assertThat(Database.value("select remark from scheduler_log where job = 'schedule/sc-miss'"))
        .contains("4 earlier moments");
    assertThat(campaign.nextRun()).isEqualTo(hour.plus(6, ChronoUnit.HOURS));
  }

  @Test
  void aRunThatIsRefusedIsNotedAndTheScheduleGoesOn() {
    Campaign campaign = scheduled("sc-empty", "0 0 0 * * *");
    Database.execute("update follower set subscribed = false where account_id = 'sc-empty'");
    Instant midnight = nextMidnight();

    assertThat(runs(midnight.plusSeconds(1)).makeDue()).isTrue();

    assertThat(campaign.sendAts()).isEmpty();
    assertThat(
            Database.row(
                "select result, batch_id is null as none, remark like 'empty-audience%' as why from scheduler_log where job = 'schedule/sc-empty'"))
        .isEqualTo(List.of("failed", "true", "true"));
    assertThat(campaign.nextRun()).isEqualTo(midnight.plus(1, ChronoUnit.DAYS));
  }

  @Test
  void aRunIsNotRefusedForWhatTheGatewayMissedOfItsAccount() {
    Campaign campaign = scheduled("sc-stale", "0 0 0 * * *");
    Database.execute("update account set enabled = false where id = 'sc-stale'");
    one.bean(AccountRegistry.class).readAgain();
    Database.execute("update account set enabled = true where id = 'sc-stale'");
    Instant midnight = nextMidnight();
    assertThat(campaign.trigger(null).problem()).as("missed").isEqualTo("account-disabled");

    assertThat(runs(midnight.plusSeconds(1)).makeDue()).isTrue();

    assertThat(campaign.sendAts()).hasSize(1);
  }

  @Test
  void aRunThatExpiredInAnOutageIsNotedAndMakesNoBatch() {
    Campaign campaign = campaign("sc-expired");
    campaign.put(
        "0 0 0 * * *", campaign.batch().replace("\"data\"", "\"expireAfter\":\"PT1H\",\"data\""));
    Instant midnight = nextMidnight();

    runs(midnight.plus(61, ChronoUnit.MINUTES)).makeDue();

    assertThat(campaign.sendAts()).isEmpty();
    assertThat(Database.value("select remark from scheduler_log where job = 'schedule/sc-expired'"))
        .startsWith("expired");
  }

  @Test
  void aFailureOfOneScheduleDoesNotStopTheOthers() {
    scheduled("sc-bad", "0 0 0 * * *");
    Campaign good = scheduled("sc-good", "0 0 0 * * *");
    Database.execute(
        "update schedule set next_run_at = next_run_at - interval '1 second' where id = 'sc-bad'");

    assertThat(
            runs(dyingAtMoveOn("sc-bad", new AtomicBoolean()), nextMidnight().plusSeconds(1))
                .makeDue())
        .isFalse();

    assertThat(good.sendAts()).hasSize(1);
  }

  @Test
  void aScheduleThatCannotBeReadAnyMoreIsNotedAndWaitsForItsNextPut() {
    Campaign campaign = scheduled("sc-mars", "0 0 0 * * *");
    // As after a change of the time zones.
    Database.execute("update schedule set zone = 'Mars/Base' where id = 'sc-mars'");

    assertThat(runs(nextMidnight().plusSeconds(1)).makeDue()).isTrue();

    assertThat(
            Database.row(
                "select result, remark like '%Mars/Base%', (select next_run_at from schedule where id = 'sc-mars') from scheduler_log where job = 'schedule/sc-mars'"))
        .containsExactly("failed", "true", "null");
    Database.execute("update schedule set zone = 'UTC' where id = 'sc-mars'");
    campaign.put("0 0 0 * * *");
    assertThat(Database.value("select next_run_at is null from schedule where id = 'sc-mars'"))
        .isEqualTo("false");
  }

  @Test
  void aBodyThatCannotBeReadAnyMoreFailsTheRunOnly() {
    scheduled("sc-body", "0 0 0 * * *");
    Database.execute(
        "update schedule set batch = batch || '{\"expireAfter\":\"soon\"}' where id = 'sc-body'");

    assertThat(runs(nextMidnight().plusSeconds(1)).makeDue()).isTrue();

    assertThat(
            Database.row(
                "select l.result, l.remark like '%expireAfter%' as why, s.next_run_at > l.due_at as next from scheduler_log l join schedule s on s.id = 'sc-body' where l.job = 'schedule/sc-body'"))
        .containsExactly("failed", "true", "true");
  }

  @Test
  void aRunLongerAgoThanTheGraceIsPausedWithItsReason() {
    // The database's clock decides about the grace, so this is in real time.
    try (RunningGateway gateway = RunningGateway.start(Map.of())) {
      Campaign campaign = Campaign.of(gateway, "sc-late");
      Instant missed = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(2, ChronoUnit.HOURS);
      campaign.put("0 0 %d * * *".formatted(missed.atZone(ZoneOffset.UTC).getHour()));
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
      campaign.delete();
    }
  }

  @Test
  void storingAScheduleAgainSkipsNoRun() {
    Campaign campaign = scheduled("sc-again", "0 0 6 * * *");
    Database.execute(
        "update schedule set enabled = true, next_run_at = next_run_at - interval '10 days', zone = 'Etc/GMT' where id = 'sc-again'");

    assertThat(campaign.put("0 0 6 * * *").status()).isEqualTo(200);
    Instant changed = campaign.nextRun();
    Database.execute(
        "update schedule set next_run_at = next_run_at + interval '10 days' where id = 'sc-again'");
    campaign.put("0 0 6 * * *");

    assertThat(changed).as("another zone, so reckoned anew").isAfter(clock.instant());
    assertThat(campaign.nextRun())
        .as("the same moments, so kept")
        .isAfter(clock.instant().plus(5, ChronoUnit.DAYS));
  }

  @Test
  void aDueRunThatAChangeOfTheMomentsLeavesOutIsNoted() throws SQLException {
    Campaign campaign = scheduled("sc-left", "0 0 6 * * *");
    Instant six = nextMidnight().plus(6, ChronoUnit.HOURS);
    Schedules later =
        new Schedules(
            one.bean(SchedulesMapper.class),
            one.bean(SchedulerLogMapper.class),
            one.bean(BatchIntake.class),
            one.bean(AuditLog.class),
            one.bean(TransactionOperations.class),
            one.bean(InstanceName.class),
            Clock.fixed(six.plusSeconds(1), ZoneOffset.UTC));
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
    assertThat(campaign.nextRun()).isEqualTo(six.plus(1, ChronoUnit.HOURS));
  }

  private Campaign campaign(String name) {
    Campaign campaign = Campaign.of(one, name);
    campaigns.add(campaign);
    return campaign;
  }

  private Campaign scheduled(String name, String cron) {
    Campaign campaign = campaign(name);
    assertThat(campaign.put(cron).status()).isEqualTo(201);
    return campaign;
  }

  private static PutScheduleRequest request(Campaign campaign, String cron) {
    return new PutScheduleRequest(
        cron, "UTC", true, JsonMapper.shared().readTree(campaign.batch()));
  }

  private static Instant nextMidnight() {
    return clock.instant().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
  }

  private static ScheduleRuns runs(Instant now) {
    return runs(one.bean(SchedulesMapper.class), now);
  }

  private static ScheduleRuns runs(SchedulesMapper mapper, Instant now) {
    return new ScheduleRuns(
        mapper,
        one.bean(SchedulerLogMapper.class),
        one.bean(BatchIntake.class),
        one.bean(AccountRegistry.class),
        one.bean(TransactionOperations.class),
        one.bean(InstanceName.class),
        Clock.fixed(now, ZoneOffset.UTC));
  }

  /** Breaks off where a kill would, after the submit. */
  private static SchedulesMapper dyingAtMoveOn(String schedule, AtomicBoolean killed) {
    SchedulesMapper real = one.bean(SchedulesMapper.class);
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
