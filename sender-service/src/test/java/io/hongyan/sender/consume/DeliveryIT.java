package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.consume.StandInGateway.Account;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.LongSummaryStatistics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One message through RabbitMQ, PostgreSQL, Redis and the simulator, for each answer of WeChat's.
 */
@Timeout(60)
class DeliveryIT {

  private final RunningSender sender = RunningSender.get();

  @AfterEach
  void clear() {
    sender.wechat.clearFaults();
  }

  @Test
  void anAcceptedMessageHasItsRowAndLeavesTheQueue() {
    Account account = sender.gateway.account();

    MessageId id = sender.gateway.publish(account);

    ends(id, "success 1");
    assertThat(sender.wechat.accepted(id)).isEqualTo(1);
    assertThat(sender.messages.progress(id.batchId())).isEqualTo("1/0");
    await().untilAsserted(() -> assertThat(sender.broker.queued(account)).isZero());
  }

  @Test
  void someoneWhoDoesNotFollowFailsAtOnceWithAdvice() {
    Account account = sender.gateway.account();
    BatchId batch = sender.gateway.batch(account, 1);

    MessageId id =
        sender.gateway.publish(
            account, account.message(batch, "xLeft", Instant.now().plusSeconds(600)));

    ends(id, "recipient 1 43004");
    assertThat(failed(id, "advice")).contains("does not follow");
    assertThat(failed(id, "errmsg")).contains("rid:");
  }

  @Test
  void busyThreeTimesThenAccepted() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 3, errcode(-1));

    MessageId id = sender.gateway.publish(account);

    ends(id, "success 4");
    assertThat(attempts(id)).isEqualTo("1:-1 2:-1 3:-1");
  }

  @Test
  void busyFourTimesIsExhausted() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 4, errcode(-1));

    MessageId id = sender.gateway.publish(account);

    ends(id, "exhausted 4 -1");
    assertThat(sender.wechat.accepted(id)).isZero();
  }

  @Test
  void anUnknownCodeIsTriedOnceMore() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 2, errcode(99_999));

    MessageId id = sender.gateway.publish(account);

    ends(id, "request 2 99999");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"delay\",\"ms\":1500,\"accept\":true}",
        "{\"type\":\"status\",\"status\":502,\"accept\":true}",
        "{\"type\":\"lostReply\"}",
        "{\"type\":\"close\",\"accept\":true}"
      })
  void anAnswerLostAfterAcceptingIsResentAndSuppressed(String fault) {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 1, fault);
    int suppressed = sender.wechat.suppressed();

    MessageId id = sender.gateway.publish(account);

    ends(id, "success 2");
    assertThat(sender.wechat.accepted(id)).isEqualTo(1);
    assertThat(sender.wechat.suppressed()).isEqualTo(suppressed + 1);
  }

  @Test
  void lostAnswersOnlyIsUncertain() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 4, "{\"type\":\"close\",\"accept\":false}");

    MessageId id = sender.gateway.publish(account);

    ends(id, "uncertain 4");
    assertThat(failed(id, "advice")).contains("may have accepted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"delay\",\"ms\":1500,\"accept\":true}",
        "{\"type\":\"status\",\"status\":502,\"accept\":true}",
        "{\"type\":\"close\",\"accept\":false}"
      })
  void aLostAnswerThenARefusalIsUncertain(String fault) {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 1, fault);
    sender.wechat.failSends(account.appId(), 0, 1, errcode(43004));

    MessageId id = sender.gateway.publish(account);

    ends(id, "uncertain 2 43004");
  }

  @Test
  void aLostAnswerThenARepeatWithin60SecondsIsASuccess() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 1, "{\"type\":\"lostReply\"}");
    sender.wechat.failSends(account.appId(), 0, 1, errcode(40241));

    MessageId id = sender.gateway.publish(account);

    ends(id, "success 2");
    assertThat(sender.wechat.accepted(id)).isEqualTo(1);
  }

  @Test
  void aLostAnswerThenAnExpiryIsUncertain() {
    Account account = sender.gateway.account();
    sender.wechat.failSends(
        account.appId(), 0, 1, "{\"type\":\"delay\",\"ms\":3000,\"accept\":true}");
    BatchId batch = sender.gateway.batch(account, 1);

    MessageId id =
        sender.gateway.publish(
            account, account.message(batch, "o1", Instant.now().plusMillis(500)));

    ends(id, "uncertain 1");
  }

  @Test
  void anOldDoubtIsLookedAtOnceMoreAndThenUncertain() {
    Account account = sender.gateway.account();
    BatchId batch = sender.gateway.batch(account, 1);
    sender.messages.started(new MessageId(batch, 1), 1, "9 minutes");

    MessageId id = sender.gateway.publish(account, account.message(batch, 1));

    ends(id, "uncertain 0");
    assertThat(sender.wechat.accepted(id)).isZero();
  }

  @Test
  void aCopyOfARecordedMessageIsNotSent() {
    Account account = sender.gateway.account();
    BatchId batch = sender.gateway.batch(account, 2);
    PushMessage message = account.message(batch, 1);
    sender.gateway.publish(account, message);
    ends(message.id(), "success 1");
    int suppressed = sender.wechat.suppressed();

    sender.gateway.publish(account, message);
    ends(sender.gateway.publish(account, account.message(batch, 2)), "success 1");

    await().untilAsserted(() -> assertThat(sender.broker.queued(account)).isZero());
    assertThat(sender.wechat.suppressed()).as("WeChat was not asked again").isEqualTo(suppressed);
    assertThat(sender.messages.progress(batch)).isEqualTo("2/0");
  }

  @Test
  void aRefusedTokenIsRefreshedOnceAndTheMessageResentAtOnce() {
    Account account = sender.gateway.account();
    ends(sender.gateway.publish(account), "success 1");
    BatchId batch = sender.gateway.batch(account, 30);
    sender.wechat.retireToken(account.appId());
    int fetches = sender.wechat.tokenFetches(account.appId());

    List<MessageId> ids = sender.gateway.publishAll(account, batch, 30);

    for (MessageId id : ids) {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(sender.messages.outcome(id)).matches("success [12]"));
    }
    assertThat(sender.wechat.tokenFetches(account.appId())).isEqualTo(fetches + 1);
    assertThat(triesUsed(batch)).as("attempts that were requeued").isZero();
  }

  @Test
  void anExpiredMessageIsNotSent() {
    Account account = sender.gateway.account();
    BatchId batch = sender.gateway.batch(account, 1);

    MessageId id =
        sender.gateway.publish(
            account, account.message(batch, "o1", Instant.now().minusSeconds(1)));

    ends(id, "expired 0");
    assertThat(sender.wechat.accepted(id)).isZero();
  }

  @Test
  void aCancelledBatchsMessageIsRecordedAsCancelled() {
    Account account = sender.gateway.account();
    BatchId batch = sender.gateway.batch(account, 1);
    sender.gateway.setState(batch, "cancelled");
    // A message of an unread cancel would be sent.
    sender.gateway.awaitRead();

    MessageId id = sender.gateway.publish(account, account.message(batch, 1));

    ends(id, "cancelled 0");
    assertThat(sender.wechat.accepted(id)).isZero();
  }

  @Test
  void aPausedBatchsMessageWaitsAndIsSentAfterTheResume() {
    Account account = sender.gateway.account();
    BatchId batch = sender.gateway.batch(account, 1);
    sender.gateway.setState(batch, "paused");
    sender.gateway.awaitRead();
    MessageId id = sender.gateway.publish(account, account.message(batch, 1));
    await().until(() -> isParked(batch));
    assertThat(sender.wechat.accepted(id)).isZero();

    sender.gateway.setState(batch, "released");

    ends(id, "success 1");
  }

  @Test
  void anUnreadableMessageIsADeadLetterAndTheQueueGoesOn() {
    Account account = sender.gateway.account();
    String garbage = "garbage for " + account.id();

    sender.broker.publishRaw(account, Lane.NORMAL, null, garbage.getBytes(StandardCharsets.UTF_8));
    MessageId next = sender.gateway.publish(account);

    ends(next, "success 1");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(deadLetter(garbage))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("body is no push message"));
  }

  @Test
  void garbageWithAReadableMessageIdGetsItsFailure() {
    Account account = sender.gateway.account();
    BatchId batch = sender.gateway.batch(account, 1);
    MessageId id = new MessageId(batch, 1);
    sender
        .jdbc
        .sql(
            """
            insert into recipient (batch_id, seq, openid, data) values (?, 1, 'oGarbled', '{"thing1":{"value":"x"}}')""")
        .param(batch.value())
        .update();

    sender.broker.publishRaw(account, Lane.NORMAL, id.toString(), new byte[] {0, 1, 2});

    ends(id, "request 0");
    assertThat(failed(id, "errmsg")).contains("dead letter");
    assertThat(failed(id, "openid")).isEqualTo("oGarbled");
  }

  @Test
  void aMessageThatTheDatabaseRefusesIsADeadLetterAndDoesNotBlockTheOthers() {
    Account account = sender.gateway.account();
    PushMessage tooOld = account.message(new BatchId(77L << 22), 1);
    String garbage = "after the one that nobody stores, " + account.id();

    sender.gateway.publish(account, tooOld);
    await().atMost(Duration.ofSeconds(10)).until(() -> hasDeadLetter(tooOld.id()));
    sender.broker.publishRaw(account, Lane.NORMAL, null, garbage.getBytes(StandardCharsets.UTF_8));

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(deadLetter(garbage)).hasSize(1));
    assertThat(sender.wechat.accepted(tooOld.id())).isZero();
  }

  @Test
  void aReasonWithNulIsStoredToo() {
    Account account = sender.gateway.account();
    MessageId next = new MessageId(sender.gateway.batch(account, 1), 1);
    String nul = "{\"id\":\"%s\",\"tries\":\"\\u0000 %s\"}".formatted(next, account.id());

    sender.broker.publishRaw(account, Lane.NORMAL, null, nul.getBytes(StandardCharsets.UTF_8));

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(deadLetter(nul)).hasSize(1));
  }

  @Test
  void aNewAccountIsPickedUpWithoutARestart() {
    Account account = sender.gateway.account();

    MessageId id = sender.gateway.publish(account);

    ends(id, "success 1");
  }

  @Test
  void anAccountWhoseQueueIsBrokenStopsNoOther() {
    sender.broker.breakQueue(sender.gateway.account());
    sender.broker.breakQueue(sender.gateway.account());

    for (int i = 0; i < 3; i++) {
      ends(sender.gateway.publish(sender.gateway.account()), "success 1");
    }
  }

  @Test
  void anUrgentMessagePassesABulkBatchAtARateLimit() {
    Account account = sender.gateway.account(20);
    BatchId bulk = sender.gateway.batch(account, 60);
    List<MessageId> ids = sender.gateway.publishAll(account, bulk, 60);
    await().atMost(Duration.ofSeconds(10)).until(() -> sender.wechat.accepted(ids.getFirst()) == 1);

    MessageId urgent =
        sender.broker.publish(
            account, Lane.URGENT, account.message(sender.gateway.batch(account, 1), 1));
    long published = System.currentTimeMillis();

    ends(urgent, "success 1");
    assertThat(sender.wechat.acceptedAt(urgent) - published).isLessThan(1_000);
    assertThat(sender.messages.progress(bulk))
        .as("the bulk was still waiting")
        .isNotEqualTo("60/0");
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> sender.messages.progress(bulk).equals("60/0"));
    LongSummaryStatistics accepted =
        ids.stream().mapToLong(sender.wechat::acceptedAt).summaryStatistics();
    assertThat(accepted.getMax() - accepted.getMin()).as("60 at 20 a second").isGreaterThan(2_300);
  }

  private void ends(MessageId id, String outcome) {
    await().atMost(Duration.ofSeconds(15)).until(() -> !sender.messages.outcome(id).isEmpty());
    assertThat(sender.messages.outcome(id)).isEqualTo(outcome);
  }

  private static String errcode(int code) {
    return "{\"type\":\"errcode\",\"errcode\":%d}".formatted(code);
  }

  private String failed(MessageId id, String column) {
    return sender
        .jdbc
        .sql("select %s from send_failed where batch_id = ? and seq = ?".formatted(column))
        .params(id.batchId().value(), id.seq())
        .query((row, number) -> row.getString(1))
        .single();
  }

  private String attempts(MessageId id) {
    return sender
        .jdbc
        .sql(
            """
            select coalesce(string_agg(concat(attempt, ':', errcode), ' ' order by attempt), '')
            from send_attempt where batch_id = ? and seq = ?""")
        .params(id.batchId().value(), id.seq())
        .query((row, number) -> row.getString(1))
        .single();
  }

  private int triesUsed(BatchId batch) {
    return sender
        .jdbc
        .sql(
            "select count(*) from send_attempt where batch_id = ? and errcode not in (40001, 40014)")
        .param(batch.value())
        .query(Integer.class)
        .single();
  }

  private boolean isParked(BatchId batch) {
    return sender
        .jdbc
        .sql("select parked_at is not null from batch_progress where batch_id = ?")
        .param(batch.value())
        .query(Boolean.class)
        .single();
  }

  private List<String> deadLetter(String body) {
    return sender
        .jdbc
        .sql("select reason from dead_letter where body = ?")
        .param(body.getBytes(StandardCharsets.UTF_8))
        .query((row, number) -> row.getString(1))
        .list();
  }

  private boolean hasDeadLetter(MessageId id) {
    return sender
        .jdbc
        .sql("select exists (select 1 from dead_letter where message_id = ?)")
        .param(id.toString())
        .query(Boolean.class)
        .single();
  }
}
