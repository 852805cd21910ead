package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.consume.StandInGateway.Account;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Things that happen to one message at the same time, each in an order that the test decides: by a
 * row that it locks, by a server that it takes away, by where it puts a copy.
 */
@Timeout(60)
class RacesIT {

  private static final String TIMEOUT_AFTER_ACCEPTING =
      "{\"type\":\"delay\",\"ms\":1500,\"accept\":true}";
  private static final String DOES_NOT_FOLLOW = "{\"type\":\"errcode\",\"errcode\":43004}";
  private static final String USED_UP_DAY = "{\"type\":\"errcode\",\"errcode\":45009}";

  private final RunningSender sender = RunningSender.get();
  private final Account account = sender.gateway.account();
  private final BatchId batch = sender.gateway.batch(account, 1);
  private final PushMessage message = account.message(batch, 1);

  @AfterEach
  void restore() {
    sender.rabbitProxy.restore();
    sender.databaseProxy.restore();
    sender.wechat.clearFaults();
    sender.wechat.settings("{\"dailyLimit\":1000000}");
  }

  @Test
  void ofTwoCopiesTheOneAcceptedLaterReplacesTheRefusal() throws Exception {
    sender.wechat.failSends(account.appId(), 0, 1, DOES_NOT_FOLLOW);

    try (RowLock lock = RowLock.onProgress(batch)) {
      publish(message);
      lock.awaitSomebodyWaiting();
      publish(message);
      await().until(() -> sender.wechat.accepted(message.id()) == 1);
    }

    ends("success 1");
    assertThat(sender.messages.progress(batch)).isEqualTo("1/0");
  }

  @Test
  void ofTwoCopiesTheOneRefusedLaterDoesNotReplaceTheSuccess() throws Exception {
    sender.wechat.failSends(account.appId(), 1, 1, DOES_NOT_FOLLOW);
    int refused = refusals();

    try (RowLock lock = RowLock.onProgress(batch)) {
      publish(message);
      lock.awaitSomebodyWaiting();
      publish(message);
      await().until(() -> refusals() == refused + 1);
    }

    // Recorded in the order in which they came, so the refusal before this one.
    MessageId next = publish(account.message(batch, 2));
    await().until(() -> sender.messages.outcome(next).equals("success 1"));
    assertThat(sender.messages.outcome(message.id())).isEqualTo("success 1");
    assertThat(sender.messages.progress(batch)).isEqualTo("2/0");
  }

  @ParameterizedTest
  @CsvSource({"0, expired 1", "1, uncertain 1"})
  void aMessageThatExpiresInAWaitingQueueIsNotSent(int open, String end) {
    PushMessage tried = message(Instant.now().plusMillis(200)).afterAttempt(true);
    sender.messages.started(tried.id(), open, "1 second");

    sender.broker.publishWaiting(account, tried);

    ends(end);
    assertThat(sender.wechat.accepted(tried.id())).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, success 2", "1, uncertain 1"})
  void aCopyOlderThanWeChatsMemoryIsOnlySentIfItsFirstAttemptWasRefused(int open, String end) {
    sender.messages.started(message.id(), open, "11 minutes");

    publish(message.afterAttempt(true));

    ends(end);
    assertThat(sender.wechat.accepted(message.id())).isEqualTo(open == 0 ? 1 : 0);
  }

  @Test
  void aTimeoutThenAUsedUpDayIsUncertainWhenTheDayIsOver() {
    sender.wechat.settings("{\"dailyLimit\":1}");
    sender.wechat.failSends(account.appId(), 0, 1, TIMEOUT_AFTER_ACCEPTING);
    sender.wechat.failSends(account.appId(), 0, 1, USED_UP_DAY);
    int suppressed = sender.wechat.suppressed();

    publish(message);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> sender.gateway.gate(account).equals("daily-quota"));
    sender.messages.age(message.id(), "9 minutes");
    sender.gateway.resume(account);

    ends("uncertain 2");
    assertThat(sender.wechat.accepted(message.id())).isEqualTo(1);
    assertThat(sender.wechat.suppressed()).as("not even repeated").isEqualTo(suppressed);
  }

  @Test
  void aTimeoutThenACancelIsUncertain() throws Exception {
    sender.wechat.failSends(account.appId(), 0, 1, TIMEOUT_AFTER_ACCEPTING);
    int suppressed = sender.wechat.suppressed();

    try (RowLock lock = RowLock.onProgress(batch)) {
      publish(message);
      lock.awaitSomebodyWaiting();
      sender.gateway.setState(batch, "cancelled");
      sender.gateway.awaitRead();
    }

    ends("uncertain 1");
    assertThat(sender.wechat.accepted(message.id())).isEqualTo(1);
    assertThat(sender.wechat.suppressed()).as("not even repeated").isEqualTo(suppressed);
    assertThat(sender.messages.progress(batch)).isEqualTo("0/1");
  }

  @Test
  void copiesOfMessagesThatTheGatewayCancelledAreAcked() {
    sender.messages.cancelledByGateway(message);

    // This one before the sender knows of it, the others after.
    publish(message);
    leavesTheQueue();
    sender.gateway.setState(batch, "cancelled");
    sender.gateway.awaitRead();
    publish(message);
    MessageId unrecorded = publish(account.message(batch, 2));

    await().until(() -> sender.messages.outcome(unrecorded).equals("cancelled 0"));
    leavesTheQueue();
    assertThat(sender.messages.outcome(message.id())).isEqualTo("cancelled 0");
    assertThat(sender.messages.progress(batch)).isEqualTo("0/2");
    assertThat(sender.wechat.accepted(message.id())).isZero();
  }

  @Test
  void whatIsBeingRecordedTakesNoPlaceInFlight() throws Exception {
    sender.gateway.setMaxInFlight(account, 1);

    try (RowLock lock = RowLock.onProgress(batch)) {
      publish(message);
      lock.awaitSomebodyWaiting();
      MessageId next = publish(account.message(batch, 2));
      await().until(() -> sender.wechat.accepted(next) == 1);
      assertThat(sender.messages.outcome(next)).isEmpty();
    }

    ends("success 1");
    await().until(() -> sender.messages.progress(batch).equals("2/0"));
  }

  @Test
  void aCallThatComesTooLateAfterItsStartIsWithheld() throws Exception {
    sender.messages.started(message.id(), 0, "1 second");

    try (RowLock lock = RowLock.onStart(message.id())) {
      publish(message);
      lock.awaitSomebodyWaiting();
      await()
          .during(RunningSender.CALL_WITHIN.plusMillis(200))
          .atMost(Duration.ofSeconds(15))
          .until(() -> sender.wechat.accepted(message.id()) == 0);
    }

    ends("success 1");
    assertThat(sender.messages.attemptNotes(message.id()))
        .singleElement()
        .asString()
        .contains("no call was made");
    assertThat(sender.wechat.accepted(message.id())).isEqualTo(1);
  }

  @Test
  void aCallWhoseBatchIsCancelledDuringItsStartIsWithheld() throws Exception {
    sender.messages.started(message.id(), 0, "1 second");

    try (RowLock lock = RowLock.onStart(message.id())) {
      publish(message);
      lock.awaitSomebodyWaiting();
      sender.gateway.setState(batch, "cancelled");
      sender.gateway.awaitRead();
    }

    ends("cancelled 0");
    assertThat(sender.wechat.accepted(message.id())).isZero();
  }

  @Test
  void resultsInHandWaitUnackedForTheDatabaseAndNoCallBegins() {
    BatchId both = sender.gateway.batch(account, 10);
    sender.wechat.failSends(
        account.appId(), 0, 5, "{\"type\":\"delay\",\"ms\":400,\"accept\":true}");
    List<MessageId> inHand = publish(both, 1, 5);
    await().until(() -> inHand.stream().allMatch(id -> sender.wechat.accepted(id) == 1));

    sender.databaseProxy.cut();
    List<MessageId> later = publish(both, 6, 10);

    await()
        .during(Duration.ofMillis(1_500))
        .atMost(Duration.ofSeconds(15))
        .until(() -> later.stream().allMatch(id -> sender.wechat.accepted(id) == 0));
    assertThat(sender.messages.progress(both)).isEqualTo("0/0");
    sender.rabbitProxy.cut();
    await().until(() -> sender.broker.queued(account) == 10);
    sender.rabbitProxy.restore();
    sender.databaseProxy.restore();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> sender.messages.progress(both).equals("10/0"));
    assertThat(inHand).allSatisfy(id -> assertThat(sender.wechat.accepted(id)).isEqualTo(1));
    assertThat(later).allSatisfy(id -> assertThat(sender.wechat.accepted(id)).isEqualTo(1));
  }

  private MessageId publish(PushMessage copy) {
    return sender.gateway.publish(account, copy);
  }

  private List<MessageId> publish(BatchId of, int first, int last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(seq -> sender.gateway.publish(account, account.message(of, seq)))
        .toList();
  }

  private PushMessage message(Instant expireAt) {
    return account.message(batch, "o1", expireAt);
  }

  private void ends(String outcome) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(sender.messages.outcome(message.id())).isEqualTo(outcome));
  }

  /** What is not acked comes back when the broker loses the sender, so it must be. */
  private void leavesTheQueue() {
    await().until(() -> sender.broker.queued(account) == 0);
    sender.rabbitProxy.reset();
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(10))
        .until(() -> sender.broker.queued(account) == 0);
  }

  private int refusals() {
    return sender.wechat.rejected(43004);
  }
}
