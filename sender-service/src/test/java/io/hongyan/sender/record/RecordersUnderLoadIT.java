package io.hongyan.sender.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.Samples;
import io.hongyan.sender.record.Entry.Failure;
import io.hongyan.sender.record.Entry.Success;
import io.hongyan.sender.record.Start.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Two senders that record at once: counters stay true, and neither waits for the other forever. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class RecordersUnderLoadIT {

  private static final int MESSAGES = 60;

  private final RecordFixture fixture = new RecordFixture();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterAll
  void close() {
    threads.close();
    fixture.close();
  }

  @Test
  void countersEqualRowsAfterAStorm() throws Exception {
    List<BatchId> batches = List.of(fixture.batch(), fixture.batch(), fixture.batch());
    Set<MessageId> accepted = ConcurrentHashMap.newKeySet();
    List<RuntimeException> troubles = new CopyOnWriteArrayList<>();
    List<Sender> senders = List.of(new Sender(troubles), new Sender(troubles));

    List<Future<?>> storm = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      Sender sender = senders.get(thread % 2);
      Random random = new Random(20261122 + thread);
      storm.add(threads.submit(() -> deliverAtRandom(sender, random, batches, accepted)));
    }
    for (Future<?> thread : storm) {
      thread.get();
    }

    assertThat(troubles).isEmpty();
    for (BatchId batch : batches) {
      assertThat(fixture.progress(batch)).isEqualTo(countedByRows(batch)).contains("success=");
    }
    assertThat(accepted).isNotEmpty();
    for (MessageId id : accepted) {
      assertThat(fixture.outcomes(id)).as("accepted: %s", id).containsExactly("success");
    }
    assertThat(messagesWithTwoOutcomes()).isZero();
    assertThat(refusedForSureButOpen()).isZero();
    for (Sender sender : senders) {
      sender.close();
    }
  }

  @Test
  void overlappingBatchesInOppositeOrderDeadlockNobody() throws Exception {
    List<BatchId> batches = IntStream.range(0, 12).mapToObj(i -> fixture.batch()).toList();
    List<RuntimeException> troubles = new CopyOnWriteArrayList<>();
    Sender up = new Sender(troubles);
    Sender down = new Sender(troubles);
    CyclicBarrier together = new CyclicBarrier(2);

    Future<?> first = threads.submit(() -> endAll(up, together, batches));
    Future<?> second = threads.submit(() -> endAll(down, together, batches.reversed()));
    first.get();
    second.get();

    assertThat(troubles).isEmpty();
    for (BatchId batch : batches) {
      assertThat(fixture.progress(batch)).isEqualTo("recipient=20");
    }
    up.close();
    down.close();
  }

  /** Delivers messages as a sender does: start, then one of WeChat's answers. */
  private boolean deliverAtRandom(
      Sender sender, Random random, List<BatchId> batches, Set<MessageId> accepted)
      throws Exception {
    for (int i = 0; i < 120; i++) {
      PushMessage message =
          Samples.message(
              batches.get(random.nextInt(batches.size())), 1 + random.nextInt(MESSAGES));
      int answer = random.nextInt(10);
      if (!(sender.starts.start(message.id()) instanceof Started started)) {
        continue;
      }
      switch (answer) {
        case 0, 1, 2 -> {
          sender.outcomes.record(new Success(message, 1, 1L, Instant.now(), 5));
          accepted.add(message.id());
        }
        case 3, 4 -> sender.outcomes.record(failure(message, OutcomeClass.RECIPIENT, true));
        case 5 -> sender.outcomes.record(failure(message, OutcomeClass.EXHAUSTED, true));
        case 6 -> sender.outcomes.record(failure(message, OutcomeClass.UNCERTAIN, false));
        case 7, 8 -> sender.outcomes.record(RecordFixture.attempt(message, started, true));
        default -> sender.outcomes.record(RecordFixture.attempt(message, started, false));
      }
    }
    return true;
  }

  private boolean endAll(Sender sender, CyclicBarrier together, List<BatchId> batches)
      throws Exception {
    for (int seq = 1; seq <= 20; seq++) {
      together.await();
      List<Future<?>> group = new ArrayList<>();
      for (BatchId batch : batches) {
        Entry entry = failure(Samples.message(batch, seq), OutcomeClass.RECIPIENT, false);
        group.add(threads.submit(() -> record(sender, entry)));
      }
      for (Future<?> one : group) {
        one.get();
      }
    }
    return true;
  }

  private static boolean record(Sender sender, Entry entry) throws Exception {
    sender.outcomes.record(entry);
    return true;
  }

  private static Failure failure(PushMessage message, OutcomeClass outcomeClass, boolean refused) {
    return new Failure(message, 1, outcomeClass, 1, "no", "advice", Instant.now(), refused);
  }

  private String countedByRows(BatchId batch) {
    return fixture
        .jdbc
        .sql(
            """
            select string_agg(outcome || '=' || rows, ' ' order by place)
            from (
              select 'success' as outcome, count(*) as rows, 0 as place from send_success where batch_id = :batch
              union all
              select class, count(*), array_position(array['recipient', 'template', 'account', 'request', 'exhausted',
                'uncertain', 'cancelled', 'expired'], class) from send_failed where batch_id = :batch group by class
            ) counted
            where rows > 0""")
        .param("batch", batch.value())
        .query(String.class)
        .single();
  }

  private int messagesWithTwoOutcomes() {
    return fixture
        .jdbc
        .sql("select count(*) from send_success join send_failed using (batch_id, seq)")
        .query(Integer.class)
        .single();
  }

  private int refusedForSureButOpen() {
    return fixture
        .jdbc
        .sql(
            """
            select count(*) from send_failed join send_started using (batch_id, seq)
            where class in ('recipient', 'exhausted') and open > 0""")
        .query(Integer.class)
        .single();
  }

  /** The two recorders of one sender. */
  private final class Sender {
    private final StartRecorder starts;
    private final OutcomeRecorder outcomes;

    Sender(List<RuntimeException> troubles) {
      starts = fixture.starts(Duration.ofMillis(2), fixture.noting(troubles));
      outcomes = fixture.outcomes(Duration.ofMillis(5), fixture.noting(troubles));
    }

    void close() throws InterruptedException {
      starts.destroy();
      outcomes.destroy();
    }
  }
}
