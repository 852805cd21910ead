package io.hongyan.gateway.release;

import static io.hongyan.gateway.release.ReleaseFixture.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the recipients of a cancelled batch. */
class CancellerIT {

  private final LeaseOwner leaseOwner = new LeaseOwner();
  private ReleaseFixture fixture;
  private Canceller canceller;
  private String account;

  @BeforeEach
  void setUp() {
    fixture = ReleaseFixture.clean();
    account = fixture.account();
    canceller = fixture.canceller(leaseOwner, ReleaseFixture.properties(5, 100));
  }

  @Test
  void everyRecipientWithoutOutcomeOrOpenAttemptIsRecorded() {
    BatchId batch = fixture.batch(account, 350).state("cancelled").releasedTo(200).insert();
    fixture.started(batch, 1, 120, 1, "-1 minute");
    fixture.succeed(batch, 1, 100);
    fixture.started(batch, 121, 130, 0, "-1 minute");

    canceller.run(() -> false);

    assertThat(fixture.seqs(batch, "send_failed")).isEqualTo(range(121, 350));
    assertThat(fixture.progress(batch, "failed_cancelled")).isEqualTo(230);
    assertThat(fixture.progress(batch, "succeeded")).isEqualTo(100);
    assertThat(fixture.batch(batch, "cancelled_to", Integer.class)).isEqualTo(350);
    assertThat(fixture.batch(batch, "finished_at is not null", Boolean.class)).isTrue();
    assertThat(fixture.batch(batch, "released_by is null", Boolean.class)).isTrue();
  }

  @Test
  void aRecordedRecipientKeepsItsContentAndSaysWhatToDo() {
    BatchId batch = fixture.batch(account, 1).state("cancelled").insert();

    canceller.run(() -> false);

    var row =
        fixture
            .jdbc
            .sql("select *, data #>> '{thing1,value}' as thing from send_failed")
            .query()
            .singleRow();
    assertThat(row)
        .containsEntry("batch_id", batch.value())
        .containsEntry("account_id", account)
        .containsEntry("openid", "o1")
        .containsEntry("ref", "order-1")
        .containsEntry("thing", "耳机")
        .containsEntry("class", "cancelled");
    assertThat(row.get("advice")).asString().contains("cancelled");
  }

  @Test
  void itGoesOnWhereADeadOneStopped() {
    BatchId batch = fixture.batch(account, 350).state("cancelled").insert();
    fixture.change(
        batch,
        "cancelled_to = 100, released_by = 'dead', lease_until = now() - interval '1 second'");

    canceller.run(() -> false);

    assertThat(fixture.seqs(batch, "send_failed")).isEqualTo(range(101, 350));
  }

  @Test
  void aLeaseThatCouldNotBeGivenBackDoesNotStopItsOwner() {
    BatchId batch = fixture.batch(account, 3).state("cancelled").insert();
    fixture.change(
        batch,
        "released_by = '%s', lease_until = now() + interval '1 minute'"
            .formatted(leaseOwner.of("cancel")));

    canceller.run(() -> false);

    assertThat(fixture.seqs(batch, "send_failed")).isEqualTo(range(1, 3));
  }

  @Test
  void aReleaserThatIsStillPublishingIsWaitedFor() {
    BatchId batch = fixture.batch(account, 3).state("cancelled").insert();
    fixture.change(batch, "released_by = 'x', lease_until = now() + interval '1 minute'");

    canceller.run(() -> false);

    assertThat(fixture.seqs(batch, "send_failed")).isEmpty();
  }

  @Test
  void aSenderThatStartedFirstEndsTheMessageItself() throws Exception {
    BatchId batch = fixture.batch(account, 10).state("cancelled").releasedTo(10).insert();
    try (Connection sender = fixture.connect();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      sender.setAutoCommit(false);
      start(sender, batch, 4);
      boolean recorded = hasOutcome(sender, batch, 4);

      Future<?> cancelling = thread.submit(() -> canceller.run(() -> false));
      awaitSomebodyWaitsForALock();
      sender.commit();
      cancelling.get();

      assertThat(recorded).isFalse();
    }
    assertThat(fixture.seqs(batch, "send_failed")).hasSize(9).doesNotContain(4);
    assertThat(fixture.progress(batch, "failed_cancelled")).isEqualTo(9);
  }

  @Test
  void aSenderThatStartsDuringTheCancellationFindsItRecorded() throws Exception {
    BatchId batch = fixture.batch(account, 10).state("cancelled").releasedTo(10).insert();
    UnsentMapper mapper = fixture.mapper(UnsentMapper.class);
    Integer[] seqs = range(1, 10).toArray(Integer[]::new);
    try (Connection sender = fixture.connect();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      sender.setAutoCommit(false);

      Future<Boolean> starting =
          fixture.transaction.execute(
              status -> {
                mapper.lockProgress(batch.value());
                mapper.lockStarts(batch.value(), seqs, "canceller");
                Future<Boolean> start =
                    thread.submit(
                        () -> {
                          start(sender, batch, 4);
                          return hasOutcome(sender, batch, 4);
                        });
                awaitSomebodyWaitsForALock();
                mapper.record(batch.value(), seqs, "cancelled", "not wanted", "canceller");
                return start;
              });

      assertThat(starting.get()).isTrue();
      sender.rollback();
    }
    assertThat(fixture.seqs(batch, "send_failed")).isEqualTo(range(1, 10));
  }

  // The two statements of the sender's start transaction.
  private static void start(Connection sender, BatchId batch, int seq) throws SQLException {
    try (PreparedStatement statement =
        sender.prepareStatement(
            """
            insert into send_started as s (batch_id, seq, open, since, worker, last_start)
            values (?, ?, 1, now(), 'sender-1', 7)
            on conflict (batch_id, seq) do update set open = s.open + 1""")) {
      statement.setLong(1, batch.value());
      statement.setInt(2, seq);
      statement.executeUpdate();
    }
  }

  private static boolean hasOutcome(Connection sender, BatchId batch, int seq) throws SQLException {
    try (PreparedStatement statement =
        sender.prepareStatement("select from send_failed where batch_id = ? and seq = ?")) {
      statement.setLong(1, batch.value());
      statement.setInt(2, seq);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private void awaitSomebodyWaitsForALock() {
    await()
        .until(
            () -> {
              try (Connection connection = fixture.connect();
                  Statement statement = connection.createStatement();
                  ResultSet rows =
                      statement.executeQuery(
                          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")) {
                return rows.next();
              }
            });
  }
}
