package io.hongyan.gateway.release;

import static io.hongyan.gateway.release.ReleaseFixture.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which released messages count as lost. */
class LostMessageSweeperIT {

  private ReleaseFixture fixture;
  private LostMessageSweeper sweeper;
  private String account;

  @BeforeEach
  void setUp() {
    fixture = ReleaseFixture.clean();
    account = fixture.account();
    sweeper =
        new LostMessageSweeper(
            new LeaseOwner(),
            fixture.mapper(SweepMapper.class),
            fixture.publishers(ReleaseFixture.brokerPort()),
            ReleaseFixture.properties(100, 1000),
            new GraceProperties(Duration.ofMinutes(10), Duration.ofHours(1)));
  }

  @AfterEach
  void close() {
    sweeper.close();
  }

  @Test
  void messagesOfWhichNothingWasHeardAreReleasedAgain() throws Exception {
    BatchId batch = silentBatch(450);
    fixture.succeed(batch, 1, 100);

    sweeper.run(() -> false);

    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(101, 450));
    assertThat(fixture.batch(batch, "swept_at > now() - interval '1 minute'", Boolean.class))
        .isTrue();
    assertThat(fixture.batch(batch, "released_by is null", Boolean.class)).isTrue();
  }

  @Test
  void theSameMessagesAreNotReleasedTwiceInARow() throws Exception {
    silentBatch(10);

    sweeper.run(() -> false);
    fixture.drain(account, Lane.NORMAL);
    sweeper.run(() -> false);

    assertThat(fixture.drain(account, Lane.NORMAL)).isEmpty();
  }

  @Test
  void aMessageWithARecentStartOrAttemptIsNotLost() throws Exception {
    BatchId batch = silentBatch(10);
    fixture.started(batch, 1, 3, 1, "-9 minutes");
    fixture.started(batch, 4, 6, 1, "-11 minutes");
    fixture
        .jdbc
        .sql(
            """
            insert into send_attempt (batch_id, seq, attempt, at, took_ms, worker, start_id)
            values (?, 6, 1, now() - interval '9 minutes', 100, 'sender-1', 1)""")
        .param(batch.value())
        .update();

    sweeper.run(() -> false);

    assertThat(fixture.drainedSeqs(account)).containsExactly(4, 5, 7, 8, 9, 10);
  }

  @Test
  void whileMessagesWaitInEitherLaneNothingIsLost() throws Exception {
    silentBatch(10);
    fixture.batch(account, 1).urgent().insert();
    try (Releaser releaser =
        fixture.releaser(Lane.URGENT, "gateway-1", ReleaseFixture.properties(5, 100))) {
      releaser.run(() -> false);
    }

    sweeper.run(() -> false);

    assertThat(fixture.drain(account, Lane.NORMAL)).isEmpty();
  }

  @Test
  void aLostUrgentMessageDoesNotWaitForTheNormalLane() throws Exception {
    BatchId urgent = silentBatch(2);
    fixture.change(urgent, "priority = 'urgent'");
    fixture.batch(account, 1).insert();
    try (Releaser releaser =
        fixture.releaser(Lane.NORMAL, "gateway-1", ReleaseFixture.properties(5, 100))) {
      releaser.run(() -> false);
    }

    sweeper.run(() -> false);

    assertThat(fixture.drain(account, Lane.URGENT)).hasSize(2);
  }

  @Test
  void aBatchReleasedResumedOrParkedLatelyIsLeftAlone() throws Exception {
    fixture.change(silentBatch(1), "released_at = now() - interval '9 minutes'");
    fixture.change(silentBatch(1), "resumed_at = now() - interval '9 minutes'");
    fixture
        .jdbc
        .sql(
            "update batch_progress set parked_at = now() - interval '9 minutes' where batch_id = ?")
        .param(silentBatch(1).value())
        .update();

    sweeper.run(() -> false);

    assertThat(fixture.drain(account, Lane.NORMAL)).isEmpty();
  }

  @Test
  void aPausedBatchIsLeftAlone() throws Exception {
    fixture.change(silentBatch(1), "state = 'paused'");

    sweeper.run(() -> false);

    assertThat(fixture.drain(account, Lane.NORMAL)).isEmpty();
  }

  @Test
  void anAccountThatDoesNotSendOrHasJustBegunToIsLeftAlone() throws Exception {
    assertThat(sweptWith("gate_reason = 'daily-quota', gate_since = now()")).isZero();
    assertThat(sweptWith("gate_opened_at = now() - interval '9 minutes'")).isZero();
    assertThat(sweptWith("paused = true")).isZero();
    assertThat(sweptWith("enabled = false")).isZero();
    assertThat(sweptWith("gate_opened_at = now() - interval '11 minutes'")).isEqualTo(1);
  }

  @Test
  void aGatedAccountsFullQueueIsNeverReleasedAgain() throws Exception {
    fixture.batch(account, 10).insert();
    try (Releaser releaser =
        fixture.releaser(Lane.NORMAL, "gateway-1", ReleaseFixture.properties(5, 100))) {
      releaser.run(() -> false);
    }
    fixture
        .jdbc
        .sql(
            "update batch set created_at = now() - interval '1 hour', released_at = now() - interval '11 minutes'")
        .update();

    // The gate closes, opens by itself, and ten minutes later the queue still holds messages: at no
    // time are they lost.
    sweepAfter("gate_reason = 'daily-quota', gate_since = now() - interval '1 hour'");
    sweepAfter("gate_reason = null, gate_since = null, gate_opened_at = now()");
    sweepAfter("gate_opened_at = now() - interval '11 minutes'");

    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 10));
    assertThat(fixture.jdbc.sql("select swept_at from batch").query().singleRow())
        .containsEntry("swept_at", null);
  }

  @Test
  void aGateThatClosesWhileTheSweeperLooksAtTheQueueStopsIt() throws Exception {
    BatchId batch = silentBatch(10);
    SweepMapper mapper = fixture.mapper(SweepMapper.class);
    assertThat(mapper.silentBatches(600)).hasSize(1);

    fixture.jdbc.sql("update account set gate_reason = 'daily-quota', gate_since = now()").update();

    assertThat(mapper.claim("sweeper", batch.value(), 600, 30)).isEmpty();
  }

  @Test
  void aBatchInRotationUnderALeaseIsLeftAlone() throws Exception {
    fixture.change(
        silentBatch(1), "released_by = 'x', lease_until = now() + interval '30 seconds'");

    sweeper.run(() -> false);

    assertThat(fixture.drain(account, Lane.NORMAL)).isEmpty();
  }

  @Test
  void anAttemptLeftOpenInACancelledBatchIsLookedAtAgain() throws Exception {
    BatchId batch = silentBatch(3);
    fixture.started(batch, 1, 3, 1, "-11 minutes");
    fixture.succeed(batch, 1, 2);
    fixture.change(
        batch,
        "state = 'cancelled', cancelled_to = 3, finished_at = now() - interval '11 minutes'");

    sweeper.run(() -> false);

    assertThat(fixture.drainedSeqs(account)).containsExactly(3);
  }

  @Test
  void anErasedPersonsMessageIsNotReleasedAgain() throws Exception {
    BatchId batch = silentBatch(3);
    fixture.started(batch, 2, 2, 1, "-11 minutes");
    erase(batch, 2);

    sweeper.run(() -> false);

    assertThat(fixture.drainedSeqs(account)).containsExactly(1, 3);
  }

  @Test
  void aChunkPublishedBeforeItsBatchWasCancelledIsLookedAtAgain() throws Exception {
    BatchId batch = fixture.batch(account, 5).insert();
    fixture.started(batch, 2, 2, 1, "-11 minutes");
    fixture.succeed(batch, 1, 1);
    fixture.succeed(batch, 3, 5);
    fixture.change(
        batch,
        "state = 'cancelled', releasing_to = 5, cancelled_to = 5, created_at = now() - interval '1 hour', finished_at = now() - interval '11 minutes'");

    sweeper.run(() -> false);

    assertThat(fixture.drainedSeqs(account)).containsExactly(2);
  }

  private void erase(BatchId batch, int seq) {
    fixture
        .jdbc
        .sql("update recipient set openid = 'erased', data = '{}' where batch_id = ? and seq = ?")
        .params(batch.value(), seq)
        .update();
  }

  private void sweepAfter(String accountColumns) throws Exception {
    fixture.jdbc.sql("update account set " + accountColumns).update();
    sweeper.run(() -> false);
  }

  private int sweptWith(String accountColumns) throws Exception {
    setUp();
    silentBatch(1);
    fixture.jdbc.sql("update account set " + accountColumns).update();
    sweeper.run(() -> false);
    sweeper.close();
    return fixture.drain(account, Lane.NORMAL).size();
  }

  private BatchId silentBatch(int total) {
    BatchId batch = fixture.batch(account, total).state("released").releasedTo(total).insert();
    fixture.change(
        batch,
        "created_at = now() - interval '1 hour', released_at = now() - interval '11 minutes'");
    return batch;
  }
}
