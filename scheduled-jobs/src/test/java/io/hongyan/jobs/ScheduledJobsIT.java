package io.hongyan.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hongyan.test.SettableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Several instances, one database, real locks. */
class ScheduledJobsIT {

  // Past for the database's clock, too: what lies far ahead of it is no moment that came.
  private static final Instant START = Instant.parse("2024-11-22T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG_LOCK = Duration.ofMinutes(3);

  private final String name = TestJob.newName();
  private final SettableClock clock = new SettableClock(START);

  @Test
  void twoInstancesRunEachMomentOnce() {
    TestJob one = new TestJob(name, HOUR, () -> "by one");
    TestJob two = new TestJob(name, HOUR, () -> "by two");
    try (Instance first = Instance.start("first", LONG_LOCK, clock, one);
        Instance second = Instance.start("second", LONG_LOCK, clock, two)) {
      for (int hour = 1; hour <= 20; hour++) {
        int runs = hour;
        await().untilAsserted(() -> assertThat(finished()).hasSize(runs));
        clock.advance(HOUR);
      }
      await().untilAsserted(() -> assertThat(finished()).hasSize(21));
    }

    List<Instant> begun = new ArrayList<>(one.begun());
    begun.addAll(two.begun());
    assertThat(begun).hasSize(21).doesNotHaveDuplicates();
    assertThat(TestDatabase.runs(name)).allMatch(run -> "done".equals(run.get("result")));
  }

  @Test
  void aJobThatTakesManyTimesItsLockRunsOnce() {
    Duration lock = Duration.ofMillis(600);
    CountDownLatch end = new CountDownLatch(1);
    TestJob one = new TestJob(name, HOUR, () -> waitFor(end));
    TestJob two = new TestJob(name, HOUR, () -> waitFor(end));
    try (Instance first = Instance.start("first", lock, clock, one);
        Instance second = Instance.start("second", lock, clock, two)) {
      // 8 minutes under a lock of 3, scaled down
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThat(heldMillis()).isGreaterThan(lock.multipliedBy(8).toMillis() / 3));
      assertThat(one.begun().size() + two.begun().size()).isEqualTo(1);

      end.countDown();
      await().untilAsserted(() -> assertThat(finished()).hasSize(1));
    }
    assertThat(one.begun().size() + two.begun().size()).isEqualTo(1);
  }

  @Test
  void aLockAsLongAsTheIntervalSkipsNoRun() {
    TestJob job = new TestJob(name, HOUR, () -> "quick");
    try (Instance first = Instance.start("first", HOUR, clock, job)) {
      for (int runs = 1; runs <= 5; runs++) {
        int expected = runs;
        await().untilAsserted(() -> assertThat(finished()).hasSize(expected));
        clock.advance(HOUR);
      }
      await().untilAsserted(() -> assertThat(finished()).hasSize(6));
    }
    assertThat(job.begun()).hasSize(6);
  }

  @Test
  void theRunOfADeadInstanceIsTakenOverInItsRow() {
    Duration lock = Duration.ofMillis(500);
    CountDownLatch awake = new CountDownLatch(1);
    CountDownLatch woken = new CountDownLatch(1);
    TestJob frozen =
        new TestJob(
            name,
            HOUR,
            () -> {
              await().pollInterval(Duration.ofMillis(10)).until(() -> awake.getCount() == 0);
              woken.countDown();
              return "by the dead one";
            });
    TestJob other = new TestJob(name, HOUR, () -> "by the living one");
    try (Instance dead = Instance.start("dead", lock, clock, frozen)) {
      await().until(() -> frozen.begun().size() == 1);
      dead.freeze();
      try (Instance living = Instance.start("living", lock, clock, other)) {
        await().untilAsserted(() -> assertThat(finished()).hasSize(1));
        awake.countDown();
        await().until(() -> woken.getCount() == 0);
      }
    }

    assertThat(other.begun()).containsExactly(START);
    assertThat(TestDatabase.runs(name))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run).containsEntry("instance", "living");
              assertThat(run).containsEntry("remark", "by the living one");
            });
  }

  @Test
  void aJobWhoseLockIsLostIsInterrupted() {
    CountDownLatch interrupted = new CountDownLatch(1);
    TestJob job =
        new TestJob(
            name,
            HOUR,
            () -> {
              try {
                new CountDownLatch(1).await();
                return "never";
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
            });
    try (Instance only = Instance.start("only", Duration.ofMillis(500), clock, job)) {
      await().until(() -> job.begun().size() == 1);
      // As if it had run out during an outage and another instance had it now.
      TestDatabase.jdbc()
          .sql("update shedlock set locked_by = 'another' where name = ?")
          .param(name)
          .update();

      await().untilAsserted(() -> assertThat(interrupted.getCount()).isZero());
    }
  }

  @Test
  void aFailureIsNotedWithItsReasonAndTheNextMomentRunsAgain() {
    TestJob job =
        new TestJob(
            name,
            HOUR,
            () -> {
              throw new IllegalStateException("x".repeat(2000) + "\0");
            });
    try (Instance only = Instance.start("only", LONG_LOCK, clock, job)) {
      await().untilAsserted(() -> assertThat(finished()).hasSize(1));
      clock.advance(HOUR);
      await().untilAsserted(() -> assertThat(finished()).hasSize(2));
    }

    Map<String, String> run = TestDatabase.runs(name).getFirst();
    assertThat(run).containsEntry("result", "failed");
    assertThat(run.get("remark")).startsWith("IllegalStateException: xxx").hasSizeLessThan(600);
  }

  @Test
  void aJobThatTheDatabaseBrokeOffIsRunAgain() {
    AtomicInteger attempts = new AtomicInteger();
    TestJob job =
        new TestJob(
            name,
            HOUR,
            () ->
                switch (attempts.incrementAndGet()) {
                  // As a mapper wraps it.
                  case 1 ->
                      throw new IllegalStateException(
                          new CannotGetJdbcConnectionException("database away"));
                  case 2 -> throw new CannotCreateTransactionException("database away");
                  default -> "at the third attempt";
                });
    try (Instance only = Instance.start("only", LONG_LOCK, clock, job)) {
      await().untilAsserted(() -> assertThat(finished()).hasSize(1));
    }

    assertThat(job.begun()).containsExactly(START, START, START);
    assertThat(TestDatabase.runs(name).getFirst())
        .containsEntry("result", "done")
        .containsEntry("remark", "at the third attempt");
  }

  @Test
  void whatTheDatabaseBreaksOffForAnHourHasFailed() {
    TestJob job =
        new TestJob(
            name,
            HOUR.multipliedBy(24),
            () -> {
              throw new QueryTimeoutException("always too slow");
            });
    try (Instance only = Instance.start("only", LONG_LOCK, clock, job)) {
      await().until(() -> job.begun().size() >= 2);
      assertThat(finished()).isEmpty();
      clock.advance(HOUR);
      await().untilAsserted(() -> assertThat(finished()).hasSize(1));
    }

    assertThat(TestDatabase.runs(name).getFirst()).containsEntry("result", "failed");
  }

  @Test
  void aLongJobDoesNotStopTheOthers() {
    CountDownLatch end = new CountDownLatch(1);
    TestJob slow = new TestJob(name, HOUR, () -> waitFor(end));
    TestJob quick = new TestJob(TestJob.newName(), HOUR, () -> "quick");
    try (Instance only = Instance.start("only", LONG_LOCK, clock, slow, quick)) {
      await().until(() -> slow.begun().size() == 1);
      clock.advance(HOUR);

      await().untilAsserted(() -> assertThat(quick.begun()).contains(START.plus(HOUR)));
      end.countDown();
    }
    assertThat(slow.begun()).startsWith(START);
  }

  @Test
  void momentsMissedBeforeTheLastAreLeftOutAlsoByAClockThatIsBehind() {
    TestJob ahead = new TestJob(name, HOUR, () -> "ahead");
    TestJob behind = new TestJob(name, HOUR, () -> "behind");
    TestJob witness = new TestJob(TestJob.newName(), HOUR, () -> "looked");
    SettableClock late = new SettableClock(START.minus(HOUR));
    try (Instance one = Instance.start("one", LONG_LOCK, clock, ahead)) {
      await().untilAsserted(() -> assertThat(finished()).hasSize(1));
      try (Instance two = Instance.start("two", LONG_LOCK, late, behind, witness)) {
        await().until(() -> witness.begun().size() == 1);
        late.advance(HOUR);
        await().until(() -> witness.begun().size() == 2);
        late.advance(HOUR.multipliedBy(3));
        await().untilAsserted(() -> assertThat(finished()).hasSize(2));
      }
    }

    assertThat(behind.begun()).containsExactly(START.plus(HOUR.multipliedBy(3)));
  }

  @Test
  void aClockThatWasFarAheadForAMomentStopsNothing() {
    Duration years = Duration.ofDays(365 * 100);
    TestJob job = new TestJob(name, HOUR, () -> "fine");
    clock.advance(years);
    try (Instance only = Instance.start("only", LONG_LOCK, clock, job)) {
      await().untilAsserted(() -> assertThat(finished()).hasSize(1));
      clock.advance(years.negated());
      await().untilAsserted(() -> assertThat(finished()).hasSize(2));
      clock.advance(HOUR);
      await().untilAsserted(() -> assertThat(finished()).hasSize(3));
    }

    assertThat(job.begun()).containsExactly(START.plus(years), START, START.plus(HOUR));
  }

  @Test
  void aStoppedInstanceLeavesItsRunToAnotherAtOnce() {
    TestJob first =
        new TestJob(
            name,
            HOUR,
            () -> {
              new CountDownLatch(1).await();
              return "never";
            });
    TestJob second = new TestJob(name, HOUR, () -> "by the other");
    try (Instance stopping = Instance.start("stopping", LONG_LOCK, clock, first)) {
      await().until(() -> first.begun().size() == 1);
    }
    try (Instance other = Instance.start("other", LONG_LOCK, clock, second)) {
      await().untilAsserted(() -> assertThat(finished()).hasSize(1));
    }

    assertThat(TestDatabase.runs(name))
        .singleElement()
        .satisfies(run -> assertThat(run).containsEntry("instance", "other"));
  }

  @Test
  void whatADeadInstanceLeftOfAnEarlierMomentIsEndedWithTheReason() {
    TestDatabase.jdbc()
        .sql(
            "insert into scheduler_log (job, due_at, instance, started_at) values (?, ?::timestamptz, 'dead', now())")
        .params(name, START.minus(HOUR).toString())
        .update();
    TestJob job = new TestJob(name, HOUR, () -> "fine");
    try (Instance only = Instance.start("only", LONG_LOCK, clock, job)) {
      await().untilAsserted(() -> assertThat(finished()).hasSize(2));
    }

    assertThat(job.begun()).containsExactly(START);
    assertThat(TestDatabase.runs(name).getFirst())
        .containsEntry("result", "failed")
        .containsEntry("instance", "dead");
  }

  @Test
  void theAutoConfigurationRunsTheApplicationsJobsUnlessItIsSwitchedOff() {
    TestJob job = new TestJob(name, HOUR, () -> "fine");
    ApplicationContextRunner application =
        new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ScheduledJobsConfiguration.class))
            .withPropertyValues("spring.application.name=gateway", "hongyan.jobs.poll=20ms")
            .withBean(DataSource.class, TestDatabase::dataSource)
            .withBean(Clock.class, () -> clock)
            .withBean(ScheduledJob.class, () -> job);

    application
        .withPropertyValues("hongyan.jobs.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(ScheduledJobs.class));
    application.run(
        context -> {
          await().untilAsserted(() -> assertThat(finished()).hasSize(1));
          assertThat(TestDatabase.runs(name).getFirst().get("instance"))
              .isEqualTo(context.getBean(InstanceName.class).text())
              .startsWith("gateway@");
        });
  }

  @Test
  void twoJobsOfOneNameAreRefused() {
    TestJob job = new TestJob(name, HOUR, () -> "x");

    assertThatThrownBy(() -> Instance.start("x", LONG_LOCK, Clock.systemUTC(), job, job))
        .hasMessageContaining(name);
  }

  private static String waitFor(CountDownLatch end) throws InterruptedException {
    end.await();
    return "long";
  }

  private List<Map<String, String>> finished() {
    return TestDatabase.runs(name).stream()
        .filter(run -> !"null".equals(run.get("finished_at")))
        .toList();
  }

  /** For how long the job's lock has been held, by the database's time. */
  private long heldMillis() {
    return TestDatabase.jdbc()
        .sql(
            """
            select coalesce(max(extract(epoch from timezone('utc', now()) - locked_at) * 1000)::bigint, 0)
            from shedlock
            where name = ? and lock_until > timezone('utc', now())
            """)
        .param(name)
        .query(Long.class)
        .single();
  }
}
