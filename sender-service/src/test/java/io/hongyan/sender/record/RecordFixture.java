package io.hongyan.sender.record;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.Samples;
import io.hongyan.sender.SenderDatabase;
import io.hongyan.sender.record.Entry.Attempt;
import io.hongyan.test.TestServers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The recorders on a real database, without the application around them. */
final class RecordFixture implements AutoCloseable {

  private static final Duration LINGER = Duration.ofMillis(2);

  private final SenderDatabase database;
  final JdbcClient jdbc;

  RecordFixture() {
    this(TestServers.get().databaseUrl());
  }

  /** The database at this address, which may be a proxy's. */
  RecordFixture(String url) {
    database =
        new SenderDatabase(
            url,
            List.of(StartMapper.class, OutcomeMapper.class),
            new StartedRowHandler(),
            new MessageKeyHandler());
    jdbc = database.jdbc();
  }

  StartRecorder starts() {
    return starts(LINGER, transaction());
  }

  StartRecorder starts(Duration linger, TransactionTemplate transaction) {
    return new StartRecorder(
        database.mapper(StartMapper.class),
        transaction,
        new Worker("test"),
        new RecordProperties(linger, 500),
        new DoubtProperties(Duration.ofMinutes(8), Duration.ofSeconds(30)),
        Clock.systemUTC());
  }

  OutcomeRecorder outcomes() {
    return outcomes(LINGER, transaction());
  }

  OutcomeRecorder outcomes(Duration linger, TransactionTemplate transaction) {
    return new OutcomeRecorder(
        new OutcomeTransaction(
            database.mapper(OutcomeMapper.class), new Worker("test"), JsonMapper.shared()),
        transaction,
        new RecordProperties(linger, 500));
  }

  /** Plain transactions. */
  TransactionTemplate transaction() {
    return new TransactionTemplate(database.transactions());
  }

  /** Transactions whose first commit goes through, but looks as if it had not. */
  TransactionTemplate losingTheFirstAnswer() {
    return new TransactionTemplate(database.transactions()) {
      private boolean lost;

      @Override
      public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
        T result = super.execute(action);
        if (!lost) {
          lost = true;
          throw new TransientDataAccessResourceException("connection lost after the commit");
        }
        return result;
      }
    };
  }

  /** Transactions that keep what went wrong in them. */
  TransactionTemplate noting(List<RuntimeException> troubles) {
    return new TransactionTemplate(database.transactions()) {
      @Override
      public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
        try {
          return super.execute(action);
        } catch (RuntimeException e) {
          troubles.add(e);
          throw e;
        }
      }
    };
  }

  /** A batch id with its counters, as an accepted batch has. */
  BatchId batch() {
    BatchId batch = BatchId.create();
    jdbc.sql("insert into batch_progress (batch_id) values (?)").param(batch.value()).update();
    return batch;
  }

  /** A message of a new batch. */
  PushMessage message() {
    return Samples.message(batch(), 1);
  }

  /** The attempt that follows a start. */
  static Attempt attempt(PushMessage message, Start start, boolean refused) {
    return new Attempt(
        message, 1, ((Start.Started) start).startId(), refused, -1, "busy", Instant.now(), 10);
  }

  /** Attempts that may have been accepted; -1 = no start row. */
  int open(MessageId id) {
    return jdbc.sql("select open from send_started where batch_id = ? and seq = ?")
        .params(id.batchId().value(), id.seq())
        .query(Integer.class)
        .optional()
        .orElse(-1);
  }

  /** Makes the message's open attempts that much older. */
  void age(MessageId id, Duration by) {
    jdbc.sql(
            "update send_started set since = since - make_interval(secs => ?) where batch_id = ? and seq = ?")
        .params(by.toSeconds(), id.batchId().value(), id.seq())
        .update();
  }

  /** {@code success}, or the failure's class, for each row the message has. */
  List<String> outcomes(MessageId id) {
    return jdbc.sql(
            """
            select 'success' from send_success where batch_id = :batch and seq = :seq
            union all
            select class from send_failed where batch_id = :batch and seq = :seq""")
        .param("batch", id.batchId().value())
        .param("seq", id.seq())
        .query((row, number) -> row.getString(1))
        .list();
  }

  /** The batch's counters that are not 0, by name. */
  String progress(BatchId batch) {
    return jdbc.sql(
            """
            select concat_ws(' ',
              case when succeeded <> 0 then 'success=' || succeeded end,
              case when failed_recipient <> 0 then 'recipient=' || failed_recipient end,
              case when failed_template <> 0 then 'template=' || failed_template end,
              case when failed_account <> 0 then 'account=' || failed_account end,
              case when failed_request <> 0 then 'request=' || failed_request end,
              case when failed_exhausted <> 0 then 'exhausted=' || failed_exhausted end,
              case when failed_uncertain <> 0 then 'uncertain=' || failed_uncertain end,
              case when failed_cancelled <> 0 then 'cancelled=' || failed_cancelled end,
              case when failed_expired <> 0 then 'expired=' || failed_expired end)
            from batch_progress where batch_id = ?""")
        .param(batch.value())
        .query(String.class)
        .single();
  }

  @Override
  public void close() {
    database.close();
  }
}
