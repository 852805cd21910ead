package io.hongyan.sender.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.message.BatchId;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Plans that were made for empty tables, as on the first day of a month: no look for a receipt's
 * message may read more than the rows that it asks for.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ReceiptPlansIT {

  private static final int GROUP = 100;
  private static final int GROUPS = 10;
  private static final int ROWS = 20_000;

  // Its copy, its message by id or by person with the batch, the outcome and the start, its row.
  private static final int READS_A_RECEIPT = 16;

  // An idle connection reports what it has read after 10 s.
  private static final Duration UNTIL_REPORTED = Duration.ofSeconds(40);

  private final ReceiptFixture fixture = new ReceiptFixture();

  @BeforeAll
  void forgoStatistics() {
    for (String table :
        fixture
            .jdbc
            .sql(
                "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where c.relkind = 'r'")
            .query((row, number) -> row.getString(1))
            .list()) {
      fixture.jdbc.sql("alter table %s set (autovacuum_enabled = false)".formatted(table)).update();
    }
  }

  @AfterAll
  void close() {
    fixture.close();
  }

  @Test
  void plansMadeForEmptyTablesServeFullOnes() {
    receive("oFirst", 1_000_000);
    fill();
    BatchId batch = accepted("oThen", 3_000_000);
    awaitReported(2 * GROUPS * GROUP + ROWS);
    long before = rowsRead();

    receive("oThen", 3_000_000);

    assertThat(fixture.counted(batch)).isEqualTo(GROUPS * GROUP + "/0/0");
    awaitReported(2 * GROUPS * GROUP + ROWS);
    await()
        .atMost(UNTIL_REPORTED)
        .until(
            () ->
                sum("n_tup_ins", "pg_stat_user_tables", "delivery_receipt%")
                    == 2 * GROUPS * GROUP + ROWS);
    assertThat((rowsRead() - before) / (GROUPS * GROUP))
        .as("rows and index entries read a receipt")
        .isLessThanOrEqualTo(READS_A_RECEIPT);
  }

  private BatchId accepted(String person, long msgid) {
    BatchId batch =
        fixture.batch(
            IntStream.rangeClosed(1, GROUPS * GROUP)
                .mapToObj(n -> person + n)
                .toArray(String[]::new));
    for (int n = 1; n <= GROUPS * GROUP; n++) {
      fixture.accept(batch, n, msgid + n);
    }
    return batch;
  }

  /** Every second one with WeChat's id. */
  private void receive(String person, long msgid) {
    if (person.equals("oFirst")) {
      accepted(person, msgid);
    }
    for (int group = 0; group < GROUPS; group++) {
      int first = group * GROUP;
      fixture.store(
          IntStream.rangeClosed(first + 1, first + GROUP)
              .mapToObj(n -> fixture.receipt(person + n, n % 2 == 0 ? 0 : msgid + n, "success"))
              .toArray(DeliveryReceipt[]::new));
      fixture.look();
    }
  }

  /** Rows that nobody asks for. */
  private void fill() {
    BatchId batch = fixture.batch();
    fixture
        .jdbc
        .sql(
            """
            with n as (select generate_series(1, :rows) as seq),
              recipients as (insert into recipient (batch_id, seq, openid, data)
                select :batch, seq, 'oFill' || seq, '{}' from n),
              started as (insert into send_started (batch_id, seq, open, since, worker)
                select :batch, seq, 1, now(), 'test' from n),
              receipts as (insert into message_receipt (batch_id, seq, state, status, finished_at, matched_by)
                select :batch, seq, 'delivered', 'success', now(), 'msgid' from n),
              received as (insert into delivery_receipt (received_at, id, account_id, openid, msgid, status, finished_at, match)
                select now(), 9000000 + seq, :account, 'oFill' || seq, 1, 'success', now(), 'msgid' from n)
            insert into send_success (batch_id, seq, account_id, template_id, openid, attempts, wechat_msgid, sent_at, took_ms, worker)
            select :batch, seq, :account, 'paid', 'oFill' || seq, 1, 2000000 + seq, now(), 1, 'test' from n""")
        .param("rows", ROWS)
        .param("batch", batch.value())
        .param("account", fixture.account)
        .update();
  }

  private void awaitReported(int messages) {
    await()
        .atMost(UNTIL_REPORTED)
        .untilAsserted(
            () ->
                assertThat(sum("n_tup_ins", "pg_stat_user_tables", "send_success%"))
                    .isEqualTo(messages));
  }

  private long rowsRead() {
    String tables = "(send_|message_receipt|recipient|batch_2|delivery_receipt).*";
    return sum("seq_tup_read", "pg_stat_user_tables", tables, "~")
        + sum("idx_tup_read", "pg_stat_user_indexes", tables, "~");
  }

  private long sum(String column, String view, String tables) {
    return sum(column, view, tables, "like");
  }

  private long sum(String column, String view, String tables, String operator) {
    return fixture
        .jdbc
        .sql(
            "select coalesce(sum(%s), 0)::bigint from %s where relname %s ?"
                .formatted(column, view, operator))
        .param(tables)
        .query(Long.class)
        .single();
  }
}
