package io.hongyan.gateway.release;

import static io.hongyan.gateway.release.ReleaseFixture.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is not written to although a batch names them, and when nobody is. */
class AddressableIT {

  private static final ReleaseProperties FIVES = ReleaseFixture.properties(5, 100);

  private ReleaseFixture fixture;
  private String account;

  @BeforeEach
  void setUp() {
    fixture = ReleaseFixture.clean();
    account = fixture.account();
  }

  @Test
  void whoHasUnfollowedEndsWithoutACall() throws Exception {
    BatchId batch = fixture.batch(account, 12).insert();
    unsubscribed(3);
    unsubscribed(11);

    release(Lane.NORMAL);

    assertThat(fixture.drainedSeqs(account)).containsExactly(1, 2, 4, 5, 6, 7, 8, 9, 10, 12);
    assertThat(fixture.seqs(batch, "send_failed")).containsExactly(3, 11);
    assertThat(fixture.progress(batch, "failed_recipient")).isEqualTo(2);
    assertThat(fixture.state(batch)).isEqualTo("released");
    assertThat(
            fixture
                .jdbc
                .sql("select distinct class || ': ' || advice from send_failed")
                .query(String.class)
                .single())
        .startsWith("recipient: ")
        .contains("unfollowed");
  }

  @Test
  void whoFollowsAgainIsWrittenToAgain() throws Exception {
    assertThat(
            fixture
                .jdbc
                .sql("select followers_synced_at is null from account where id = ?")
                .param(account)
                .query(Boolean.class)
                .single())
        .as("no sync is needed to know who unfollowed")
        .isTrue();
    unsubscribed(2);
    BatchId before = fixture.batch(account, 3).insert();
    release(Lane.NORMAL);
    assertThat(fixture.drainedSeqs(account)).containsExactly(1, 3);

    fixture
        .jdbc
        .sql("update follower set subscribed = true where account_id = ?")
        .param(account)
        .update();
    BatchId after = fixture.batch(account, 3).insert();
    release(Lane.NORMAL);

    assertThat(fixture.drainedSeqs(account)).containsExactly(1, 2, 3);
    assertThat(fixture.seqs(before, "send_failed")).containsExactly(2);
    assertThat(fixture.seqs(after, "send_failed")).isEmpty();
  }

  @Test
  void aChunkThatIsReleasedAgainKeepsItsPlacesInTheDay() throws Exception {
    BatchId batch = fixture.batch(account, 5).insert();
    unsubscribed(2);
    fixture.rules.cap = OptionalInt.of(1);
    release(Lane.NORMAL);
    fixture.drain(account, Lane.NORMAL);

    // The gateway died before it noted the confirm.
    fixture.change(batch, "state = 'releasing', released_to = 0");
    release(Lane.NORMAL);
    assertThat(fixture.drainedSeqs(account)).containsExactly(1, 3, 4, 5);

    // And once more on the next day, on which others have had their message by then.
    fixture.rules.day = fixture.rules.day.plusDays(1);
    fixture.batch(account, 5).insert();
    release(Lane.NORMAL);
    fixture.drain(account, Lane.NORMAL);
    fixture.change(batch, "state = 'releasing', released_to = 0");
    release(Lane.NORMAL);
    assertThat(fixture.drainedSeqs(account)).containsExactly(1, 3, 4, 5);
    assertThat(fixture.seqs(batch, "send_failed")).containsExactly(2);
    assertThat(fixture.progress(batch, "failed_recipient")).isEqualTo(1);
  }

  @Test
  void aMessageThatFailedGivesItsPlaceInTheDayBack() throws Exception {
    fixture.rules.cap = OptionalInt.of(1);
    BatchId failed = fixture.batch(account, 3).insert();
    release(Lane.NORMAL);
    fixture.drain(account, Lane.NORMAL);
    failed(failed, 1, "template");
    failed(failed, 2, "uncertain");

    BatchId retry = fixture.batch(account, 3).insert();
    release(Lane.NORMAL);

    assertThat(fixture.drainedSeqs(account)).containsExactly(1);
    assertThat(fixture.seqs(retry, "send_failed")).containsExactly(2, 3);
  }

  @Test
  void unfollowedAndCappedPeopleOfOneChunkEndWithTheirOwnReasons() throws Exception {
    fixture.rules.cap = OptionalInt.of(1);
    fixture.batch(account, 2).insert();
    unsubscribed(3);
    BatchId batch = fixture.batch(account, 4).insert();

    release(Lane.NORMAL);

    assertThat(fixture.seqs(batch, "send_failed")).containsExactly(1, 2, 3);
    assertThat(
            fixture
                .jdbc
                .sql("select advice from send_failed where batch_id = ? order by seq")
                .param(batch.value())
                .query(String.class)
                .list())
        .satisfiesExactly(
            first -> assertThat(first).contains("of the day"),
            second -> assertThat(second).contains("of the day"),
            third -> assertThat(third).contains("unfollowed"));
    assertThat(fixture.progress(batch, "failed_recipient")).isEqualTo(3);
  }

  @Test
  void oneWhoMayHaveBeenSentIsLeftToItsSender() throws Exception {
    BatchId batch = fixture.batch(account, 3).insert();
    fixture.started(batch, 2, 2, 1, "-1 second");
    unsubscribed(2);

    release(Lane.NORMAL);

    assertThat(fixture.seqs(batch, "send_failed")).isEmpty();
    assertThat(fixture.drainedSeqs(account)).containsExactly(1, 3);
  }

  @Test
  void nobodyGetsMoreThanTheCapOnADay() throws Exception {
    fixture.rules.cap = OptionalInt.of(2);
    BatchId first = fixture.batch(account, 7).insert();
    BatchId second = fixture.batch(account, 7).insert();
    BatchId third = fixture.batch(account, 9).insert();

    release(Lane.NORMAL);

    assertThat(fixture.seqs(first, "send_failed")).isEmpty();
    assertThat(fixture.seqs(second, "send_failed")).isEmpty();
    assertThat(fixture.seqs(third, "send_failed")).isEqualTo(range(1, 7));
    assertThat(fixture.drain(account, Lane.NORMAL)).hasSize(16);
    assertThat(
            fixture
                .jdbc
                .sql("select distinct advice from send_failed")
                .query(String.class)
                .single())
        .contains("2 messages of the day");

    fixture.rules.day = fixture.rules.day.plusDays(1);
    BatchId nextDay = fixture.batch(account, 7).insert();
    release(Lane.NORMAL);
    assertThat(fixture.seqs(nextDay, "send_failed")).isEmpty();
  }

  @Test
  void inQuietHoursTheNormalLaneWaitsAndUrgentGoes() throws Exception {
    fixture.rules.quiet = true;
    BatchId normal = fixture.batch(account, 3).insert();
    BatchId urgent = fixture.batch(account, 3).urgent().insert();

    release(Lane.NORMAL);
    release(Lane.URGENT);

    assertThat(fixture.drain(account, Lane.NORMAL)).isEmpty();
    assertThat(fixture.drain(account, Lane.URGENT)).hasSize(3);
    assertThat(fixture.state(normal)).isEqualTo("releasing");
    assertThat(fixture.state(urgent)).isEqualTo("released");

    fixture.rules.quiet = false;
    release(Lane.NORMAL);
    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 3));
  }

  private void failed(BatchId batch, int seq, String outcomeClass) {
    fixture
        .jdbc
        .sql(
            """
            insert into send_failed (batch_id, seq, account_id, template_id, openid, attempts, class, advice, failed_at, worker)
            values (?, ?, ?, 'order-paid', ?, 1, ?, 'x', now(), 'sender-1')""")
        .params(batch.value(), seq, account, "o" + seq, outcomeClass)
        .update();
  }

  private void unsubscribed(int seq) {
    fixture
        .jdbc
        .sql(
            "insert into follower (account_id, openid, subscribed, seen_in) values (?, ?, false, 1)")
        .params(account, "o" + seq)
        .update();
  }

  private void release(Lane lane) throws Exception {
    try (Releaser releaser = fixture.releaser(lane, "gateway-1", FIVES)) {
      releaser.run(() -> false);
    }
  }
}
