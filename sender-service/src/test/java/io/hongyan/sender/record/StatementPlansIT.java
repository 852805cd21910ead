package io.hongyan.sender.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.OwnDatabase;
import io.hongyan.sender.Samples;
import io.hongyan.sender.record.Entry.Failure;
import io.hongyan.sender.record.Entry.Success;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * A plan that was made for empty tables stays until somebody analyzes them: on the first day, and
 * on the first of each month, whose partitions are new. Then too no statement may read more than
 * the rows that it asks for.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class StatementPlansIT {

  private static final int GROUP = 50;
  private static final int ROWS = 20_000;
  // Looked at by a start, and by an outcome that takes another's place.
  private static final int READS_A_MESSAGE = 3;
  // An idle connection reports what it has read after 10 s.
  private static final Duration UNTIL_REPORTED = Duration.ofSeconds(30);

  private final OwnDatabase database = OwnDatabase.create();
  private final RecordFixture fixture = new RecordFixture(database.url());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final StartRecorder starts = fixture.starts();
  private final OutcomeRecorder outcomes = fixture.outcomes();

  @BeforeAll
  void forgoStatistics() {
    for (String table : partitions()) {
      fixture.jdbc.sql("alter table %s set (autovacuum_enabled = false)".formatted(table)).update();
    }
  }

  @AfterAll
  void close() throws InterruptedException {
    starts.destroy();
    outcomes.destroy();
    threads.close();
    fixture.close();
    database.close();
  }

  @Test
  void plansMadeForEmptyTablesServeFullOnes() throws Exception {
    BatchId batch = fixture.batch();
    deliver(batch, 0, 20 * GROUP);
    fill(batch, 20 * GROUP, ROWS);
    awaitReported(20 * GROUP + ROWS);
    long before = rowsRead();

    deliver(batch, 20 * GROUP + ROWS, 20 * GROUP);

    awaitReported(40 * GROUP + ROWS);
    assertThat((rowsRead() - before) / (20 * GROUP))
        .as("rows and index entries read a message")
        .isLessThanOrEqualTo(READS_A_MESSAGE);
  }

  private void deliver(BatchId batch, int after, int messages) throws Exception {
    for (int first = after + 1; first <= after + messages; first += GROUP) {
      List<Future<?>> group = new ArrayList<>();
      for (int seq : IntStream.range(first, first + GROUP).toArray()) {
        group.add(threads.submit(() -> deliver(Samples.message(batch, seq))));
      }
      for (Future<?> message : group) {
        message.get();
      }
    }
  }

  /** A third each: sent, refused for good, refused once and then sent. */
  private Void deliver(PushMessage message) throws Exception {
    Start start = starts.start(message.id());
    int kind = message.id().seq() % 3;
    if (kind == 1) {
      outcomes.record(
          new Failure(
              message,
              1,
              OutcomeClass.RECIPIENT,
              43004,
              "require subscribe",
              "-",
              Instant.now(),
              true));
      return null;
    }
    if (kind == 2) {
      outcomes.record(RecordFixture.attempt(message, start, true));
      start = starts.start(message.id());
    }
    assertThat(start).isInstanceOf(Start.Started.class);
    outcomes.record(new Success(message, 1, 1L, Instant.now(), 0));
    return null;
  }

  /** Rows of messages that nobody asks for any more. */
  private void fill(BatchId batch, int after, int rows) {
    fixture
        .jdbc
        .sql(
            """
            with n as (select generate_series(:first, :last) as seq),
              started as (insert into send_started (batch_id, seq, open, since, worker)
                select :batch, seq, 1, now(), 'test' from n),
              failed as (insert into send_failed (batch_id, seq, account_id, template_id, openid, attempts, class, advice, failed_at, worker)
                select :batch, seq, 'mall', 'paid', 'o', 1, 'recipient', '-', now(), 'test' from n where seq % 2 = 0)
            insert into send_success (batch_id, seq, account_id, template_id, openid, attempts, sent_at, took_ms, worker)
            select :batch, seq, 'mall', 'paid', 'o', 1, now(), 1, 'test' from n where seq % 2 = 1""")
        .param("first", after + 1)
        .param("last", after + rows)
        .param("batch", batch.value())
        .update();
  }

  private void awaitReported(int messages) {
    await()
        .atMost(UNTIL_REPORTED)
        .untilAsserted(
            () ->
                assertThat(sum("n_tup_ins", "pg_stat_user_tables", "send_started%"))
                    .isEqualTo(messages));
    await()
        .atMost(UNTIL_REPORTED)
        .untilAsserted(
            () ->
                assertThat(
                        sum("n_tup_ins", "pg_stat_user_tables", "send_success%")
                            + sum("n_tup_ins", "pg_stat_user_tables", "send_failed%"))
                    .isEqualTo(messages));
  }

  private long rowsRead() {
    return sum("seq_tup_read", "pg_stat_user_tables", "send_%")
        + sum("idx_tup_read", "pg_stat_user_indexes", "send_%");
  }

  private long sum(String column, String view, String tables) {
    return fixture
        .jdbc
        .sql(
            "select coalesce(sum(%s), 0)::bigint from %s where relname like ?"
                .formatted(column, view))
        .param(tables)
        .query(Long.class)
        .single();
  }

  private List<String> partitions() {
    return fixture
        .jdbc
        .sql(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where c.relkind = 'r'")
        .query((row, number) -> row.getString(1))
        .list();
  }
}
