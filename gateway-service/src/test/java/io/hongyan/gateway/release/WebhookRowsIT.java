package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.OutcomeClass;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever ends a message or a batch leaves a row for the webhook of the key that made it. */
class WebhookRowsIT {

  private static final ReleaseProperties SETTINGS = ReleaseFixture.properties(100, 1000);

  private final ReleaseFixture fixture = ReleaseFixture.clean();
  private final String account = fixture.account();

  @BeforeEach
  void cleanWebhooks() {
    fixture.jdbc.sql("truncate webhook, webhook_delivery").update();
  }

  @Test
  void aMessageThatTheGatewayEndsIsTold() {
    webhook("test", "message.failed");
    BatchId batch = fixture.batch(account, 3).insert();

    end(batch, OutcomeClass.EXPIRED, 1, 3);
    end(batch, OutcomeClass.EXPIRED, 1, 2);

    assertThat(rows(batch))
        .containsExactly("message.failed 1", "message.failed 3", "message.failed 2");
  }

  @Test
  void aCancelledMessageIsNot() {
    webhook("test", "message.failed");
    BatchId batch = fixture.batch(account, 2).insert();

    end(batch, OutcomeClass.CANCELLED, 1, 2);

    assertThat(fixture.seqs(batch, "send_failed")).containsExactly(1, 2);
    assertThat(rows(batch)).isEmpty();
  }

  // The statement of the sender's OutcomeMapper, a group with messages of several keys' batches.
  @Test
  void messagesThatASenderRecordsAreToldToTheirOwnKeys() {
    webhook("test", "message.failed");
    webhook("other", "message.failed");
    BatchId batch = fixture.batch(account, 2).insert();
    BatchId others = fixture.batch(account, 1).insert();
    BatchId nobodys = fixture.batch(account, 1).insert();
    fixture.change(others, "created_by = 'other'");
    fixture.change(nobodys, "created_by = 'none'");

    fixture
        .jdbc
        .sql(
            """
            insert into send_failed (batch_id, seq, account_id, template_id, openid, ref, data, attempts, class, errcode, errmsg,
                advice, failed_at, worker)
            select t.batch_id, t.seq, 'mall', 'order-paid', 'o1', null, '{}'::jsonb, 1, t.class, 43004, 'require subscribe', 'x',
              now(), 'sender-1'
            from unnest(?::bigint[], ?::int[], ?::text[]) as t (batch_id, seq, class)""")
        .params(
            new Long[] {batch.value(), batch.value(), others.value(), nobodys.value()},
            new Integer[] {1, 2, 1, 1},
            new String[] {"recipient", "cancelled", "uncertain", "recipient"})
        .update();

    assertThat(rows(batch)).containsExactly("message.failed 1");
    assertThat(rows(others)).containsExactly("message.failed 1");
    assertThat(keys(others)).containsExactly("other");
    assertThat(rows(nobodys)).isEmpty();
  }

  @Test
  void nothingIsWrittenForOneThatDoesNotWantIt() {
    webhook("failures", "message.failed");
    webhook("ends", "batch.done");
    BatchId failures = fixture.batch(account, 2).state("released").releasedTo(2).insert();
    BatchId ends = fixture.batch(account, 1).insert();
    fixture.change(failures, "created_by = 'failures'");
    fixture.change(ends, "created_by = 'ends'");

    fixture.succeed(failures, 1, 2);
    receipt(failures, 1, "undelivered");
    finish();
    end(ends, OutcomeClass.EXPIRED, 1);

    assertThat(fixture.state(failures)).isEqualTo("done");
    assertThat(count()).isZero();
  }

  @Test
  void whatOneThatIsSwitchedOffMissesIsKeptForAReplay() {
    webhook("test", "batch.done", "message.failed", "message.undelivered");
    webhook("choosy", "message.undelivered");
    fixture.jdbc.sql("update webhook set disabled_at = now(), disabled_reason = 'x'").update();
    BatchId batch = fixture.batch(account, 3).state("released").releasedTo(3).insert();
    BatchId choosy = fixture.batch(account, 1).state("released").releasedTo(1).insert();
    fixture.change(choosy, "created_by = 'choosy'");

    end(batch, OutcomeClass.EXPIRED, 1);
    end(batch, OutcomeClass.CANCELLED, 2);
    fixture.succeed(batch, 3, 3);
    receipt(batch, 3, "undelivered");
    end(choosy, OutcomeClass.EXPIRED, 1);
    finish();

    assertThat(missed(batch))
        .containsExactly("message.failed 1", "message.undelivered 3", "batch.done -");
    assertThat(count()).as("neither what it does not want, nor what was cancelled").isEqualTo(3);
  }

  @Test
  void withNoWebhookAtAllNothingIsWritten() {
    BatchId batch = fixture.batch(account, 2).state("released").releasedTo(2).insert();
    end(batch, OutcomeClass.EXPIRED, 1);
    fixture.succeed(batch, 2, 2);

    finish();

    assertThat(fixture.state(batch)).isEqualTo("done");
    assertThat(count()).isZero();
  }

  @Test
  void aBatchThatTwoGatewaysFinishIsToldOnce() throws Exception {
    webhook("test", "batch.done");
    List<BatchId> batches =
        IntStream.range(0, 50)
            .mapToObj(i -> fixture.batch(account, 1).state("released").releasedTo(1).insert())
            .toList();
    batches.forEach(batch -> fixture.succeed(batch, 1, 1));
    CyclicBarrier together = new CyclicBarrier(2);
    Callable<@Nullable Void> gateway =
        () -> {
          together.await();
          finish();
          return null;
        };

    try (ExecutorService gateways = Executors.newFixedThreadPool(2)) {
      for (Future<@Nullable Void> finished : gateways.invokeAll(List.of(gateway, gateway))) {
        finished.get();
      }
    }
    finish(); // what one of them left to the other

    batches.forEach(
        batch -> {
          assertThat(fixture.state(batch)).isEqualTo("done");
          assertThat(rows(batch)).containsExactly("batch.done -");
        });
    // Counters move on after the end, too.
    batches.forEach(batch -> fixture.change(batch, "state = 'done'"));
    assertThat(count()).isEqualTo(50);
  }

  @Test
  void aReceiptThatSaysUndeliveredIsTold() {
    webhook("test", "message.undelivered");
    BatchId batch = fixture.batch(account, 3).insert();
    fixture.succeed(batch, 1, 3);

    receipt(batch, 1, "delivered");
    receipt(batch, 2, "undelivered");
    receipt(batch, 3, "ambiguous");
    fixture
        .jdbc
        .sql("update message_receipt set state = 'undelivered' where batch_id = ? and seq = 3")
        .param(batch.value())
        .update();

    assertThat(rows(batch)).containsExactly("message.undelivered 2", "message.undelivered 3");
  }

  @Test
  void aFailureThatIsRolledBackIsNotTold() {
    webhook("test", "message.failed");
    BatchId batch = fixture.batch(account, 1).insert();

    fixture.transaction.executeWithoutResult(
        transaction -> {
          fixture.unsent().end(batch.value(), new int[] {1}, OutcomeClass.EXPIRED, "x", "w");
          transaction.setRollbackOnly();
        });

    assertThat(count()).isZero();
  }

  private void webhook(String key, String... events) {
    fixture
        .jdbc
        .sql(
            "insert into webhook (api_key_id, url, secret, events) values (?, 'https://erp.example.com', '\\x00'::bytea, ?)")
        .params(key, events)
        .update();
  }

  private void end(BatchId batch, OutcomeClass outcomeClass, int... seqs) {
    fixture.transaction.executeWithoutResult(
        transaction -> {
          UnsentMessages unsent = fixture.unsent();
          unsent.lock(batch.value(), seqs, "w");
          unsent.end(batch.value(), seqs, outcomeClass, "advice", "w");
        });
  }

  private void finish() {
    new BatchFinisher(fixture.mapper(FinishMapper.class), fixture.transaction, SETTINGS)
        .run(() -> false);
  }

  private void receipt(BatchId batch, int seq, String state) {
    fixture
        .jdbc
        .sql(
            "insert into message_receipt (batch_id, seq, state, status, finished_at, matched_by) values (?, ?, ?, 'x', now(), 'msgid')")
        .params(batch.value(), seq, state)
        .update();
  }

  private List<@Nullable String> rows(BatchId batch) {
    return rows(batch, "state = 'pending' and last_error is null");
  }

  private List<@Nullable String> missed(BatchId batch) {
    return rows(
        batch, "state = 'failed' and due_at is null and tries = 0 and last_error = 'switched off'");
  }

  private List<@Nullable String> rows(BatchId batch, String condition) {
    return fixture
        .jdbc
        .sql(
            "select event || ' ' || coalesce(seq::text, '-') from webhook_delivery where batch_id = ? and %s order by id"
                .formatted(condition))
        .param(batch.value())
        .query(String.class)
        .list();
  }

  private List<@Nullable String> keys(BatchId batch) {
    return fixture
        .jdbc
        .sql("select distinct api_key_id from webhook_delivery where batch_id = ?")
        .param(batch.value())
        .query(String.class)
        .list();
  }

  private int count() {
    return fixture.jdbc.sql("select count(*) from webhook_delivery").query(Integer.class).single();
  }
}
