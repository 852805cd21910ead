package io.hongyan.sender.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.record.Entry.Success;
import io.hongyan.sender.record.Start.AlreadyRecorded;
import io.hongyan.sender.record.Start.InDoubtTooLong;
import io.hongyan.sender.record.Start.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What the start row lets a copy of a message do: design section 2, "Delivery". */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class StartRecorderIT {

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
  void aMessageWithoutARowMayGo() throws Exception {
    PushMessage message = fixture.message();

    Start start = starts.start(message.id());

    assertThat(start).isInstanceOfSatisfying(Started.class, this::hasNoDoubt);
    assertThat(fixture.open(message.id())).isEqualTo(1);
  }

  @Test
  void aMessageWhoseAttemptsWereAllRefusedMayGoHoweverOld() throws Exception {
    PushMessage message = fixture.message();
    outcomes.record(RecordFixture.attempt(message, starts.start(message.id()), true));
    fixture.age(message.id(), Duration.ofDays(20));

    Start again = starts.start(message.id());

    assertThat(again).isInstanceOfSatisfying(Started.class, this::hasNoDoubt);
    outcomes.record(RecordFixture.attempt(message, again, false));
    assertThat(starts.start(message.id()))
        .as("its doubt began now, not twenty days ago")
        .isInstanceOf(Started.class);
  }

  @Test
  void aRecordedMessageIsLeftAlone() throws Exception {
    PushMessage message = fixture.message();
    starts.start(message.id());
    outcomes.record(new Success(message, 1, 7L, Instant.now(), 10));
    int open = fixture.open(message.id());

    Start again = starts.start(message.id());

    assertThat(again).isInstanceOf(AlreadyRecorded.class);
    assertThat(fixture.open(message.id())).isEqualTo(open);
  }

  @Test
  void aMessageInYoungDoubtMayGoAndKnowsIt() throws Exception {
    PushMessage message = fixture.message();
    outcomes.record(RecordFixture.attempt(message, starts.start(message.id()), false));
    fixture.age(message.id(), Duration.ofMinutes(7));

    Start again = starts.start(message.id());

    assertThat(again)
        .isInstanceOfSatisfying(
            Started.class, started -> assertThat(started.mayHaveBeenAccepted()).isTrue());
    assertThat(fixture.open(message.id())).isEqualTo(2);
  }

  @Test
  void aMessageInOldDoubtMayNotGoHoweverOftenItAsks() throws Exception {
    PushMessage message = fixture.message();
    outcomes.record(RecordFixture.attempt(message, starts.start(message.id()), false));
    fixture.age(message.id(), Duration.ofMinutes(9));

    Start first = starts.start(message.id());
    Start second = starts.start(message.id());

    assertThat(List.of(first, second)).hasOnlyElementsOfType(InDoubtTooLong.class);
    assertThat(fixture.open(message.id())).isEqualTo(1);
  }

  @Test
  void theOldestDoubtCountsNotTheLatest() throws Exception {
    PushMessage message = fixture.message();
    starts.start(message.id());
    fixture.age(message.id(), Duration.ofMinutes(5));
    starts.start(message.id());
    fixture.age(message.id(), Duration.ofMinutes(4));

    Start third = starts.start(message.id());

    assertThat(third).isInstanceOf(InDoubtTooLong.class);
  }

  @Test
  void ofTwoCopiesInOneGroupOneIsTheFirst() throws Exception {
    StartRecorder slow = fixture.starts(Duration.ofMillis(150), fixture.transaction());
    MessageId id = fixture.message().id();

    List<Future<Start>> copies =
        List.of(threads.submit(() -> slow.start(id)), threads.submit(() -> slow.start(id)));

    List<Boolean> doubts = List.of(inDoubt(copies.get(0).get()), inDoubt(copies.get(1).get()));
    assertThat(doubts).containsExactlyInAnyOrder(false, true);
    assertThat(fixture.open(id)).isEqualTo(2);
    slow.destroy();
  }

  @Test
  void ofTwoSendersOneIsTheFirst() throws Exception {
    StartRecorder other = fixture.starts();
    BatchId batch = fixture.batch();
    List<MessageId> ids =
        IntStream.rangeClosed(1, 100).mapToObj(seq -> new MessageId(batch, seq)).toList();

    List<Future<Start>> here = startAll(starts, ids, Function.identity());
    List<Future<Start>> there = startAll(other, ids, List::reversed);

    for (int i = 0; i < ids.size(); i++) {
      boolean doubtHere = inDoubt(here.get(i).get());
      boolean doubtThere = inDoubt(there.get(ids.size() - 1 - i).get());
      assertThat(doubtHere)
          .as("exactly one of two is in doubt: %s", ids.get(i))
          .isNotEqualTo(doubtThere);
    }
    other.destroy();
  }

  @Test
  void aStartRepeatedAfterAnAmbiguousCommitCountsOnce() throws Exception {
    StartRecorder unlucky = fixture.starts(Duration.ofMillis(2), fixture.losingTheFirstAnswer());
    PushMessage message = fixture.message();

    Start start = unlucky.start(message.id());

    assertThat(start).isInstanceOfSatisfying(Started.class, this::hasNoDoubt);
    assertThat(fixture.open(message.id())).isEqualTo(1);
    unlucky.destroy();
  }

  @Test
  void anUndoneStartRepeatedAfterAnAmbiguousCommitStaysUndone() throws Exception {
    PushMessage message = fixture.message();
    starts.start(message.id());
    fixture.age(message.id(), Duration.ofMinutes(9));
    StartRecorder unlucky = fixture.starts(Duration.ofMillis(2), fixture.losingTheFirstAnswer());

    Start start = unlucky.start(message.id());

    assertThat(start).isInstanceOf(InDoubtTooLong.class);
    assertThat(fixture.open(message.id())).isEqualTo(1);
    unlucky.destroy();
  }

  @Test
  void aMessageThatNoPartitionTakesFailsAlone() throws Exception {
    StartRecorder slow = fixture.starts(Duration.ofMillis(150), fixture.transaction());
    MessageId tooOld = new MessageId(new BatchId(1), 1);
    MessageId good = fixture.message().id();

    Future<Start> bad = threads.submit(() -> slow.start(tooOld));
    Start start = slow.start(good);

    assertThat(start).isInstanceOfSatisfying(Started.class, this::hasNoDoubt);
    assertThatThrownBy(bad::get).hasCauseInstanceOf(UnrecordableException.class);
    assertThat(fixture.open(good)).isEqualTo(1);
    slow.destroy();
  }

  private List<Future<Start>> startAll(
      StartRecorder recorder,
      List<MessageId> ids,
      Function<List<MessageId>, List<MessageId>> order) {
    List<Future<Start>> started = new ArrayList<>();
    CompletableFuture<Void> go = new CompletableFuture<>();
    for (MessageId id : order.apply(ids)) {
      started.add(
          threads.submit(
              () -> {
                go.get();
                return recorder.start(id);
              }));
    }
    go.complete(null);
    return started;
  }

  private static boolean inDoubt(Start start) {
    return ((Started) start).mayHaveBeenAccepted();
  }

  private void hasNoDoubt(Started started) {
    assertThat(started.mayHaveBeenAccepted()).isFalse();
  }
}
