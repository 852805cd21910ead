package io.hongyan.gateway.release;

import static io.hongyan.gateway.release.ReleaseFixture.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessage.TemplateValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one releaser does with batches, when nobody interferes. */
class ReleaserIT {

  private ReleaseFixture fixture;
  private String account;

  @BeforeEach
  void setUp() {
    fixture = ReleaseFixture.clean();
    account = fixture.account();
  }

  @Test
  void releasesEveryRecipientOnceAndInOrder() throws Exception {
    BatchId batch = fixture.batch(account, 23).insert();

    run(Lane.NORMAL, ReleaseFixture.properties(5, 100));

    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 23));
    assertThat(fixture.state(batch)).isEqualTo("released");
    assertThat(fixture.batch(batch, "released_to", Integer.class)).isEqualTo(23);
    assertThat(
            fixture.batch(batch, "released_by is null and started_at is not null", Boolean.class))
        .isTrue();
  }

  @Test
  void aBatchThatTheSystemPausesIsAuditedWithTheReason() throws Exception {
    BatchId unreadable = fixture.batch(account, 3).insert();
    fixture
        .jdbc
        .sql("update recipient set data = '[]' where batch_id = ? and seq = 2")
        .param(unreadable.value())
        .update();
    BatchId unsayable = fixture.batch(fixture.account(), 1).insert();
    fixture.change(unsayable, "total = null, audience = '{\"all\": true}', audience_data = '{}'");

    run(Lane.NORMAL, ReleaseFixture.properties(5, 100));
    fixture
        .mapper(ResolveMapper.class)
        .pause(unsayable.value(), unsayable.toString(), "no such tag any more");

    for (BatchId batch : List.of(unreadable, unsayable)) {
      assertThat(fixture.state(batch)).isEqualTo("paused");
      assertThat(fixture.audited(batch))
          .singleElement()
          .asString()
          .startsWith("system batch.pause")
          .contains("\"from\": \"releasing\"", "\"to\": \"paused\"", "\"reason\": ");
    }
  }

  @Test
  void aMessageCarriesWhatBatchAndRecipientSay() throws Exception {
    BatchId batch = fixture.batch(account, 2).insert();

    run(Lane.NORMAL, ReleaseFixture.properties(5, 100));

    List<PushMessage> messages = fixture.drain(account, Lane.NORMAL);
    PushMessage first = messages.getFirst();
    assertThat(first.id()).isEqualTo(new MessageId(batch, 1));
    assertThat(first.account()).isEqualTo(account);
    assertThat(first.template()).isEqualTo("order-paid");
    assertThat(first.wechatTemplateId()).isEqualTo("wxt-1");
    assertThat(first.openid()).isEqualTo("o1");
    assertThat(first.ref()).isEqualTo("order-1");
    assertThat(first.url()).isEqualTo("https://mall.example/batch");
    assertThat(first.data())
        .containsEntry("thing1", new TemplateValue("耳机", null))
        .containsEntry("amount2", new TemplateValue("¥1", "#173177"));
    assertThat(messages.get(1).url()).isEqualTo("https://mall.example/own");
  }

  @Test
  void aWindowThatStaysFullIsLookedAtLessOftenUntilOutcomesFlowAgain() throws Exception {
    ReleaseProperties narrow = ReleaseFixture.properties(5, 10);
    BatchId batch = fixture.batch(account, 30).insert();
    List<Duration> pauses = new ArrayList<>();
    try (Releaser releaser = fixture.releaser(Lane.NORMAL, "gateway-1", narrow)) {
      for (int look = 0; look < 15; look++) {
        pauses.add(releaser.run(() -> false));
      }
      fixture.succeed(batch, 1, 10);
      pauses.add(releaser.run(() -> false));
    }

    assertThat(pauses.subList(0, 11)).containsOnly(narrow.busyPoll());
    assertThat(pauses.subList(11, 14)).isSorted().doesNotContain(narrow.busyPoll());
    assertThat(pauses.get(14)).isEqualTo(narrow.idlePoll());
    assertThat(pauses.get(15)).isEqualTo(narrow.busyPoll());
    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 20));
  }

  @Test
  void anUrgentBatchGoesToItsOwnQueue() throws Exception {
    fixture.batch(account, 3).urgent().insert();

    run(Lane.NORMAL, ReleaseFixture.properties(5, 100));
    run(Lane.URGENT, ReleaseFixture.properties(5, 100));

    assertThat(fixture.drain(account, Lane.NORMAL)).isEmpty();
    assertThat(fixture.drain(account, Lane.URGENT)).hasSize(3);
  }

  @Test
  void waitsWhileTheWindowIsFull() throws Exception {
    BatchId batch = fixture.batch(account, 30).insert();
    ReleaseProperties properties = ReleaseFixture.properties(5, 15);

    run(Lane.NORMAL, properties);
    List<Integer> first = fixture.drainedSeqs(account);
    fixture.succeed(batch, 1, 6);
    run(Lane.NORMAL, properties);

    assertThat(first).isEqualTo(range(1, 15));
    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(16, 20));
    assertThat(fixture.state(batch)).isEqualTo("releasing");
  }

  @Test
  void aSlowAccountHasASmallerWindow() throws Exception {
    fixture.jdbc.sql("update account set rate_per_second = 1").update();
    fixture.batch(account, 100).insert();

    run(Lane.NORMAL, ReleaseFixture.properties(20, 5000));

    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 60));
  }

  @Test
  void aPausedBatchTakesNoRoomInTheWindow() throws Exception {
    BatchId paused = fixture.batch(account, 12).insert();
    ReleaseProperties properties = ReleaseFixture.properties(5, 12);
    run(Lane.NORMAL, properties);
    fixture.drain(account, Lane.NORMAL);
    fixture.change(paused, "state = 'paused'");

    fixture.batch(account, 4).insert();
    run(Lane.NORMAL, properties);

    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 4));
  }

  @Test
  void aPausedOrDisabledAccountReleasesNothing() throws Exception {
    fixture.batch(account, 4).insert();
    String disabled = fixture.account();
    fixture.batch(disabled, 4).insert();
    fixture.jdbc.sql("update account set paused = true where id = ?").param(account).update();
    fixture.jdbc.sql("update account set enabled = false where id = ?").param(disabled).update();

    run(Lane.NORMAL, ReleaseFixture.properties(5, 12));

    assertThat(fixture.drain(account, Lane.NORMAL)).isEmpty();
    assertThat(fixture.drain(disabled, Lane.NORMAL)).isEmpty();
  }

  @Test
  void oneFullAccountHoldsNoOtherUp() throws Exception {
    fixture.batch(account, 100).insert();
    String other = fixture.account();
    fixture.batch(other, 7).insert();

    run(Lane.NORMAL, ReleaseFixture.properties(5, 10));

    assertThat(fixture.drainedSeqs(account)).isEqualTo(range(1, 10));
    assertThat(fixture.drainedSeqs(other)).isEqualTo(range(1, 7));
  }

  @Test
  void aThousandBatchesOfOneMessageShareTheirChunks() throws Exception {
    fixture.transaction.executeWithoutResult(
        status -> {
          for (int i = 0; i < 1000; i++) {
            fixture.batch(account, 1).insert();
          }
        });
    ReleaseProperties properties = ReleaseFixture.properties(500, 5000);

    List<ReservedRange> chunk =
        fixture.cursor(properties).reserve(account, Lane.NORMAL, "gateway-1");
    run(Lane.NORMAL, properties);

    assertThat(chunk).hasSize(500);
    assertThat(fixture.drain(account, Lane.NORMAL).stream().map(PushMessage::id).distinct())
        .hasSize(1000);
    assertThat(
            fixture
                .jdbc
                .sql("select count(*) from batch where state = 'released'")
                .query(Integer.class)
                .single())
        .isEqualTo(1000);
  }

  @Test
  void aBatchWithARateIsReleasedInItsTime() {
    BatchId batch = fixture.batch(account, 1000).ratePerSecond(100).insert();

    int atFirst = reserveAndComplete();
    fixture.change(batch, "released_at = now() - interval '500 milliseconds'");
    int afterHalfASecond = reserveAndComplete();
    fixture.change(batch, "released_at = now() - interval '1 hour'");
    int afterAnHour = reserveAndComplete();

    assertThat(atFirst).isEqualTo(1);
    assertThat(afterHalfASecond).isBetween(50, 99);
    assertThat(afterAnHour).isEqualTo(100);
  }

  @Test
  void aSlowBatchHoldsNoLaterOneUp() throws Exception {
    fixture.batch(account, 1000).ratePerSecond(1).insert();
    BatchId later = fixture.batch(account, 5).insert();

    run(Lane.NORMAL, ReleaseFixture.properties(500, 5000));

    assertThat(fixture.state(later)).isEqualTo("released");
    assertThat(fixture.drain(account, Lane.NORMAL)).hasSize(6);
  }

  @Test
  void aRecipientThatCannotBeReadPausesItsBatch() throws Exception {
    BatchId broken = fixture.batch(account, 3).insert();
    fixture
        .jdbc
        .sql("update recipient set data = '[]' where batch_id = ? and seq = 2")
        .param(broken.value())
        .update();
    BatchId sound = fixture.batch(account, 3).insert();

    run(Lane.NORMAL, ReleaseFixture.properties(500, 5000));

    assertThat(fixture.state(broken)).isEqualTo("paused");
    assertThat(fixture.batch(broken, "state_reason", String.class)).contains("recipient 2");
    assertThat(fixture.state(sound)).isEqualTo("released");
  }

  private int reserveAndComplete() {
    ReleaseCursor cursor = fixture.cursor(ReleaseFixture.properties(500, 5000));
    List<ReservedRange> ranges = cursor.reserve(account, Lane.NORMAL, "gateway-1");
    cursor.complete(ranges, "gateway-1");
    return ranges.stream().mapToInt(range -> range.lastSeq() - range.firstSeq() + 1).sum();
  }

  private void run(Lane lane, ReleaseProperties properties) throws PublishFailedException {
    try (Releaser releaser = fixture.releaser(lane, "gateway-1", properties)) {
      releaser.run(() -> false);
    }
  }
}
