package io.hongyan.sender.receipt;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.sender.OwnDatabase;
import io.hongyan.sender.SenderDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Receipts on a real database of their own, without queues and without a sender around them. */
final class ReceiptFixture implements AutoCloseable {

  /** Looks after which a receipt is given up. */
  static final int LOOKS = 3;

  static final Duration SETTLE = Duration.ofSeconds(2);
  static final Duration WINDOW = Duration.ofMinutes(10);

  /** When a message was sent, unless a test says something else; long settled. */
  static final Instant SENT = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);

  private static final ReceiptProperties PROPERTIES =
      new ReceiptProperties(
          Duration.ofMillis(2),
          500,
          List.of(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1)),
          SETTLE,
          WINDOW);

  private static final AtomicLong IDS = new AtomicLong(1);

  final String account = "a-" + UUID.randomUUID().toString().substring(0, 8);
  final MeterRegistry meters = new SimpleMeterRegistry();
  private final OwnDatabase own = OwnDatabase.create();
  private final SenderDatabase database =
      new SenderDatabase(own.url(), List.of(ReceiptMapper.class));
  final JdbcClient jdbc = database.jdbc();
  final ReceiptMapper mapper = database.mapper(ReceiptMapper.class);
  final ReceiptTransaction receipts = new ReceiptTransaction(mapper, PROPERTIES);
  private final TransactionTemplate transaction = new TransactionTemplate(database.transactions());
  private final ReceiptLoop loop =
      new ReceiptLoop(receipts, transaction, new ReceiptMeter(meters), Clock.systemUTC());

  ReceiptFixture() {
    jdbc.sql("insert into account (id, name, app_id, app_secret) values (?, 'Mall', ?, '')")
        .params(account, "wx" + account)
        .update();
    day(Instant.now());
    day(Instant.now().minus(1, ChronoUnit.DAYS));
  }

  private void day(Instant moment) {
    jdbc.sql("select hongyan_create_day(?::timestamptz)::text")
        .param(moment.toString())
        .query(String.class)
        .list();
  }

  /** A released batch of messages to these people. */
  BatchId batch(String... openids) {
    BatchId batch = BatchId.create();
    jdbc.sql(
            """
            insert into batch (id, account_id, template_id, wechat_template_id, state, priority, total, rejected, created_by)
            values (?, ?, 'order-paid', 'TM1', 'released', 'normal', ?, 0, 'test')""")
        .params(batch.value(), account, openids.length)
        .update();
    jdbc.sql("insert into batch_progress (batch_id) values (?)").param(batch.value()).update();
    jdbc.sql(
            """
            insert into recipient (batch_id, seq, openid, data)
            select ?, n, openid, '{}' from unnest(?::text[]) with ordinality as t (openid, n)""")
        .params(batch.value(), openids)
        .update();
    return batch;
  }

  /** WeChat accepted the message, under that id of its own. */
  MessageId accept(BatchId batch, int seq, @Nullable Long msgid) {
    return accept(batch, seq, msgid, SENT);
  }

  MessageId accept(BatchId batch, int seq, @Nullable Long msgid, Instant sentAt) {
    jdbc.sql(
            """
            insert into send_success (batch_id, seq, account_id, template_id, openid, attempts, wechat_msgid, sent_at, took_ms, worker)
            select batch_id, seq, ?, 'order-paid', openid, 1, ?, ?::timestamptz, 5, 'test'
            from recipient where batch_id = ? and seq = ?""")
        .params(Arrays.asList(account, msgid, sentAt.toString(), batch.value(), seq))
        .update();
    jdbc.sql("update batch_progress set succeeded = succeeded + 1 where batch_id = ?")
        .param(batch.value())
        .update();
    return new MessageId(batch, seq);
  }

  /** A call for the message began, and WeChat may have it. */
  void start(BatchId batch, int seq, Instant since) {
    jdbc.sql(
            "insert into send_started (batch_id, seq, open, since, worker) values (?, ?, 1, ?::timestamptz, 'test')")
        .params(batch.value(), seq, since.toString())
        .update();
  }

  /** The message failed. */
  void fail(BatchId batch, int seq, String outcomeClass) {
    jdbc.sql(
            """
            insert into send_failed (batch_id, seq, account_id, template_id, openid, attempts, class, advice, failed_at, worker)
            select batch_id, seq, ?, 'order-paid', openid, 1, ?, '-', now(), 'test' from recipient where batch_id = ? and seq = ?""")
        .params(account, outcomeClass, batch.value(), seq)
        .update();
  }

  /** A receipt that came a while ago, for something sent at {@link #SENT}. */
  DeliveryReceipt receipt(String openid, long msgid, String status) {
    return receipt(openid, msgid, status, SENT.plusSeconds(1));
  }

  DeliveryReceipt receipt(String openid, long msgid, String status, Instant finishedAt) {
    return received(openid, msgid, status, finishedAt, Instant.now().minus(SETTLE));
  }

  DeliveryReceipt received(
      String openid, long msgid, String status, Instant finishedAt, Instant receivedAt) {
    return new DeliveryReceipt(
        IDS.getAndIncrement(), receivedAt, account, openid, msgid, status, finishedAt);
  }

  /** The same once more, as WeChat posts it when it heard no answer. */
  DeliveryReceipt repeat(DeliveryReceipt receipt) {
    return receipt(receipt.openid(), receipt.msgid(), receipt.status(), receipt.finishedAt());
  }

  /** Stores receipts as one group. */
  void store(DeliveryReceipt... group) {
    transaction.executeWithoutResult(status -> receipts.store(List.of(group)));
  }

  /** Looks for what is open and nobody is looking at, whether its time has come or not. */
  int look() {
    jdbc.sql(
            """
            update delivery_receipt d set look_at = now() - interval '1 second'
            from (select received_at, id from delivery_receipt where match is null for update skip locked) o
            where d.received_at = o.received_at and d.id = o.id""")
        .update();
    return loop.lookOnce(Instant.EPOCH);
  }

  /** {@code msgid}, {@code person} …; {@code open} while its message is being looked for. */
  String match(DeliveryReceipt receipt) {
    return jdbc.sql("select coalesce(match, 'open') from delivery_receipt where id = ?")
        .param(receipt.id())
        .query(String.class)
        .single();
  }

  /** As the receipt is stored. */
  String openid(DeliveryReceipt receipt) {
    return jdbc.sql("select openid from delivery_receipt where id = ?")
        .param(receipt.id())
        .query(String.class)
        .single();
  }

  /** State, status and how it was matched; empty if there is no receipt. */
  String of(MessageId message) {
    return jdbc.sql(
            "select concat_ws(', ', state, status, matched_by) from message_receipt where batch_id = ? and seq = ?")
        .params(message.batchId().value(), message.seq())
        .query(String.class)
        .optional()
        .orElse("");
  }

  /** Delivered / undelivered / ambiguous, as counted. */
  String counted(BatchId batch) {
    return jdbc.sql(
            "select concat_ws('/', delivered, undelivered, ambiguous) from batch_progress where batch_id = ?")
        .param(batch.value())
        .query(String.class)
        .single();
  }

  @Override
  public void close() {
    database.close();
    own.close();
  }
}
