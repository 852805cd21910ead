package io.hongyan.sender.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.Samples;
import io.hongyan.sender.record.Entry.Attempt;
import io.hongyan.sender.record.Entry.Failure;
import io.hongyan.sender.record.Entry.Success;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One outcome a message, and counters that say what the rows say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class OutcomeRecorderIT {

  private static final Duration ONE_GROUP = Duration.ofMillis(150);

  private final RecordFixture fixture = new RecordFixture();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final StartRecorder starts = fixture.starts();
  private final OutcomeRecorder outcomes = fixture.outcomes();

  @AfterAll
  void close() throws Exception {
    starts.destroy();
    outcomes.destroy();
    threads.close();
    fixture.close();
  }

  @Test
  void anAcceptedMessageHasItsRowAndIsCounted() throws Exception {
    PushMessage message = started(1);
    long beyondDoubles = (1L << 53) + 1;

    outcomes.record(new Success(message, 2, beyondDoubles, Instant.now(), 130));

    assertThat(fixture.outcomes(message.id())).containsExactly("success");
    assertThat(fixture.progress(message.id().batchId())).isEqualTo("success=1");
    assertThat(
            fixture
                .jdbc
                .sql(
                    """
                    select concat_ws(' ', account_id, template_id, openid, ref, attempts, wechat_msgid, took_ms, worker)
                    from send_success where batch_id = ?""")
                .param(message.id().batchId().value())
                .query(String.class)
                .single())
        .isEqualTo("mall order-paid o1 order-1 2 9007199254740993 130 test");
  }

  @Test
  void aFailedMessageHasItsRowWithAdviceAndData() throws Exception {
    PushMessage message = started(1);

    outcomes.record(failure(message, OutcomeClass.RECIPIENT, true, "require subscribe\0 rid: 1-2"));

    assertThat(
            fixture
                .jdbc
                .sql(
                    """
                    select concat_ws('|', class, errcode, errmsg, advice, data -> 'thing1' ->> 'value', worker)
                    from send_failed where batch_id = ?""")
                .param(message.id().batchId().value())
                .query(String.class)
                .single())
        .isEqualTo("recipient|43004|require subscribe  rid: 1-2|do this|耳机🎧|test");
    assertThat(fixture.progress(message.id().batchId())).isEqualTo("recipient=1");
  }

  @Test
  void aRefusedAttemptTakesExactlyOneOffHoweverOftenItsCommitIsTried() throws Exception {
    OutcomeRecorder unlucky = fixture.outcomes(Duration.ZERO, fixture.losingTheFirstAnswer());
    PushMessage message = started(2);
    Attempt attempt = RecordFixture.attempt(message, starts.start(message.id()), true);

    unlucky.record(attempt);
    unlucky.record(attempt);

    assertThat(fixture.open(message.id())).isEqualTo(2);
    unlucky.destroy();
  }

  @Test
  void aDoubtfulAttemptStaysOpen() throws Exception {
    PushMessage message = started(0);

    outcomes.record(RecordFixture.attempt(message, starts.start(message.id()), false));

    assertThat(fixture.open(message.id())).isEqualTo(1);
    assertThat(fixture.outcomes(message.id())).isEmpty();
  }

  @Test
  void anOutcomeRepeatedAfterAnAmbiguousCommitCountsOnce() throws Exception {
    PushMessage accepted = started(1);
    PushMessage refused = started(1);
    OutcomeRecorder first = fixture.outcomes(Duration.ZERO, fixture.losingTheFirstAnswer());
    OutcomeRecorder second = fixture.outcomes(Duration.ZERO, fixture.losingTheFirstAnswer());

    first.record(success(accepted));
    second.record(failure(refused, OutcomeClass.RECIPIENT, true, "no"));

    assertThat(fixture.progress(accepted.id().batchId())).isEqualTo("success=1");
    assertThat(fixture.outcomes(refused.id())).containsExactly("recipient");
    assertThat(fixture.progress(refused.id().batchId())).isEqualTo("recipient=1");
    assertThat(fixture.open(refused.id())).isZero();
    first.destroy();
    second.destroy();
  }

  @Test
  void aSuccessReplacesAFailure() throws Exception {
    PushMessage message = started(2);
    outcomes.record(failure(message, OutcomeClass.RECIPIENT, true, "not now"));
    assertThat(fixture.outcomes(message.id()))
        .as("refused while another attempt was open")
        .containsExactly("uncertain");

    outcomes.record(success(message));

    assertThat(fixture.outcomes(message.id())).containsExactly("success");
    assertThat(fixture.progress(message.id().batchId())).isEqualTo("success=1");
  }

  @Test
  void aFailureDoesNotReplaceASuccess() throws Exception {
    PushMessage message = started(2);
    outcomes.record(success(message));

    outcomes.record(failure(message, OutcomeClass.RECIPIENT, true, "too late"));

    assertThat(fixture.outcomes(message.id())).containsExactly("success");
    assertThat(fixture.progress(message.id().batchId())).isEqualTo("success=1");
  }

  @Test
  void acceptedAndRefusedInOneGroupIsASuccess() throws Exception {
    PushMessage message = started(2);

    recordTogether(
        failure(message, OutcomeClass.RECIPIENT, true, "no"),
        success(message),
        failure(message, OutcomeClass.RECIPIENT, true, "no"),
        success(message));

    assertThat(fixture.outcomes(message.id())).containsExactly("success");
    assertThat(fixture.progress(message.id().batchId())).isEqualTo("success=1");
  }

  @Test
  void bothAttemptsRefusedInOneGroupIsRefusedForSure() throws Exception {
    PushMessage message = started(2);

    recordTogether(
        failure(message, OutcomeClass.RECIPIENT, true, "no"),
        failure(message, OutcomeClass.RECIPIENT, true, "no"));

    assertThat(fixture.outcomes(message.id())).containsExactly("recipient");
    assertThat(fixture.progress(message.id().batchId())).isEqualTo("recipient=1");
    assertThat(fixture.open(message.id())).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"CANCELLED", "EXPIRED", "REQUEST", "EXHAUSTED"})
  void whateverEndsAMessageInDoubtItEndsUncertain(OutcomeClass outcomeClass) throws Exception {
    PushMessage message = started(1);

    outcomes.record(failure(message, outcomeClass, false, "ended"));

    assertThat(fixture.outcomes(message.id())).containsExactly("uncertain");
    assertThat(fixture.progress(message.id().batchId())).isEqualTo("uncertain=1");
    assertThat(advice(message)).contains("may have accepted");
  }

  @ParameterizedTest
  @EnumSource(names = {"CANCELLED", "EXPIRED"})
  void aMessageThatWasNeverSentEndsAsWhatEndedIt(OutcomeClass outcomeClass) throws Exception {
    PushMessage message = fixture.message();

    outcomes.record(failure(message, outcomeClass, false, null));

    assertThat(fixture.outcomes(message.id())).containsExactly(outcomeClass.text());
    assertThat(fixture.progress(message.id().batchId())).isEqualTo(outcomeClass.text() + "=1");
    assertThat(starts.start(message.id())).isInstanceOf(Start.AlreadyRecorded.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"CANCELLED", "EXPIRED"})
  void uncertainTakesThePlaceOfAnEndThatOverlookedACall(OutcomeClass outcomeClass)
      throws Exception {
    PushMessage message = fixture.message();
    outcomes.record(failure(message, outcomeClass, false, null));

    outcomes.record(failure(message, OutcomeClass.UNCERTAIN, false, "SocketTimeoutException"));

    assertThat(fixture.outcomes(message.id())).containsExactly("uncertain");
    assertThat(fixture.progress(message.id().batchId())).isEqualTo("uncertain=1");
  }

  @Test
  void nothingButASuccessReplacesUncertain() throws Exception {
    PushMessage message = started(1);
    outcomes.record(failure(message, OutcomeClass.UNCERTAIN, false, "timeout"));

    outcomes.record(failure(message, OutcomeClass.CANCELLED, false, null));
    outcomes.record(failure(message, OutcomeClass.RECIPIENT, true, "no"));

    assertThat(fixture.outcomes(message.id())).containsExactly("uncertain");
    outcomes.record(success(message));
    assertThat(fixture.progress(message.id().batchId())).isEqualTo("success=1");
  }

  @Test
  void aRowThatNoPartitionTakesFailsAlone() throws Exception {
    OutcomeRecorder slow = fixture.outcomes(ONE_GROUP, fixture.transaction());
    PushMessage tooOld = Samples.message(new BatchId(1), 1);
    PushMessage good = started(1);

    Future<?> bad = threads.submit(() -> record(slow, success(tooOld)));
    slow.record(success(good));

    assertThatThrownBy(bad::get).hasCauseInstanceOf(UnrecordableException.class);
    assertThat(fixture.progress(good.id().batchId())).isEqualTo("success=1");
    slow.destroy();
  }

  /** A message with that many open attempts. */
  private PushMessage started(int attempts) throws Exception {
    PushMessage message = fixture.message();
    for (int i = 0; i < attempts; i++) {
      starts.start(message.id());
    }
    return message;
  }

  /** Records the entries in one transaction. */
  private void recordTogether(Entry... entries) throws Exception {
    OutcomeRecorder slow = fixture.outcomes(ONE_GROUP, fixture.transaction());
    List<Future<?>> recorded = new ArrayList<>();
    for (Entry entry : entries) {
      recorded.add(threads.submit(() -> record(slow, entry)));
    }
    for (Future<?> future : recorded) {
      future.get();
    }
    slow.destroy();
  }

  private static boolean record(OutcomeRecorder recorder, Entry entry) throws Exception {
    recorder.record(entry);
    return true;
  }

  private static Success success(PushMessage message) {
    return new Success(message, 1, 7L, Instant.now(), 10);
  }

  private static Failure failure(
      PushMessage message, OutcomeClass outcomeClass, boolean refused, @Nullable String errmsg) {
    Integer errcode = refused ? 43004 : null;
    return new Failure(
        message, 1, outcomeClass, errcode, errmsg, "do this", Instant.now(), refused);
  }

  private String advice(PushMessage message) {
    MessageId id = message.id();
    return fixture
        .jdbc
        .sql("select advice from send_failed where batch_id = ? and seq = ?")
        .params(id.batchId().value(), id.seq())
        .query(String.class)
        .single();
  }
}
