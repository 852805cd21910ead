package io.hongyan.sender.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.record.Entry.Failure;
import io.hongyan.sender.record.Entry.Success;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Whatever comes of a message's attempts, in any order and said twice: it has at most one outcome,
 * the counters say what the rows say, and while an attempt may have been accepted a failure is
 * {@code uncertain} and nothing else.
 */
class OutcomePropertyIT {

  /** What may happen next to the message; an attempt's answers are for the oldest one under way. */
  private enum Event {
    STARTED,
    ACCEPTED,
    REFUSED_FOR_NOW,
    REFUSED_FOR_GOOD,
    NO_ANSWER,
    NO_ANSWER_AND_NO_TRY_LEFT,
    SENDER_KILLED,
    CANCELLED,
    EXPIRED,
    SAID_AGAIN
  }

  private static @Nullable RecordFixture fixture;
  private static @Nullable StartRecorder starts;
  private static @Nullable OutcomeRecorder outcomes;

  @BeforeContainer
  static void open() {
    RecordFixture opened = new RecordFixture();
    fixture = opened;
    starts = opened.starts();
    outcomes = opened.outcomes();
  }

  @AfterContainer
  static void close() throws Exception {
    present(starts).destroy();
    present(outcomes).destroy();
    present(fixture).close();
  }

  @Provide
  Arbitrary<List<Event>> events() {
    return Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.just(Event.STARTED)), Tuple.of(3, Arbitraries.of(Event.class)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(14);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
  void oneOutcomeAndNoFailureButUncertainWhileAnAttemptMayHaveBeenAccepted(
      @ForAll("events") List<Event> events) throws Exception {
    Message message = new Message(present(fixture), present(starts), present(outcomes));

    for (Event event : events) {
      message.take(event);
      message.assertRecord();
    }
  }

  private static <T> T present(@Nullable T part) {
    assertThat(part).isNotNull();
    return part;
  }

  /** The message, with what is true of its attempts, known to nobody but this test. */
  private static final class Message {
    private final RecordFixture fixture;
    private final StartRecorder starts;
    private final OutcomeRecorder outcomes;
    private final PushMessage message;
    private final Deque<Start.Started> underWay = new ArrayDeque<>();
    private int perhapsAccepted;
    private boolean accepted;
    private @Nullable Entry last;

    Message(RecordFixture fixture, StartRecorder starts, OutcomeRecorder outcomes) {
      this.fixture = fixture;
      this.starts = starts;
      this.outcomes = outcomes;
      this.message = fixture.message();
    }

    void take(Event event) throws Exception {
      switch (event) {
        case STARTED -> start();
        case CANCELLED -> record(failure(OutcomeClass.CANCELLED, false));
        case EXPIRED -> record(failure(OutcomeClass.EXPIRED, false));
        case SAID_AGAIN -> sayAgain();
        default -> {
          Start.Started attempt = underWay.poll();
          if (attempt != null) {
            answer(event, attempt);
          }
        }
      }
    }

    private void start() throws Exception {
      boolean ended = !outcome().isEmpty();

      Start start = starts.start(message.id());

      if (ended) {
        assertThat(start).isInstanceOf(Start.AlreadyRecorded.class);
        return;
      }
      Start.Started started = (Start.Started) start;
      assertThat(started.mayHaveBeenAccepted()).isEqualTo(perhapsAccepted > 0);
      underWay.add(started);
      perhapsAccepted++;
    }

    private void answer(Event event, Start.Started attempt) throws Exception {
      switch (event) {
        case ACCEPTED -> {
          accepted = true;
          record(new Success(message, 1, 7L, Instant.now(), 10));
        }
        case REFUSED_FOR_NOW -> {
          perhapsAccepted--;
          record(RecordFixture.attempt(message, attempt, true));
        }
        case REFUSED_FOR_GOOD -> {
          perhapsAccepted--;
          record(failure(OutcomeClass.RECIPIENT, true));
        }
        case NO_ANSWER -> record(RecordFixture.attempt(message, attempt, false));
        case NO_ANSWER_AND_NO_TRY_LEFT -> record(failure(OutcomeClass.UNCERTAIN, false));
        default -> assertThat(event).isEqualTo(Event.SENDER_KILLED); // its start row stays
      }
    }

    private Failure failure(OutcomeClass outcomeClass, boolean refused) {
      return new Failure(
          message, 1, outcomeClass, 43004, "said", "do this", Instant.now(), refused);
    }

    private void record(Entry entry) throws Exception {
      outcomes.record(entry);
      last = entry;
    }

    private void sayAgain() throws Exception {
      if (last != null) {
        String before = state();
        outcomes.record(last);
        assertThat(state()).isEqualTo(before);
      }
    }

    private String state() {
      return outcome() + progress() + fixture.open(message.id());
    }

    private List<String> outcome() {
      return fixture.outcomes(message.id());
    }

    private String progress() {
      return fixture.progress(message.id().batchId());
    }

    void assertRecord() {
      List<String> rows = outcome();
      assertThat(rows).hasSizeLessThanOrEqualTo(1);
      assertThat(progress()).isEqualTo(rows.isEmpty() ? "" : rows.getFirst() + "=1");
      if (accepted) {
        assertThat(rows).containsExactly("success");
      } else if (perhapsAccepted > 0 && !rows.isEmpty()) {
        assertThat(rows).containsExactly("uncertain");
      }
      if (rows.isEmpty()) {
        assertThat(Math.max(0, fixture.open(message.id()))).isEqualTo(perhapsAccepted);
      }
    }
  }
}
