package io.hongyan.sender.consume;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What PostgreSQL says of messages, and rows as others would have left them. */
final class MessageRows {

  private final JdbcClient jdbc;

  MessageRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** {@code success 1 null} or {@code class attempts errcode}; empty while there is no outcome. */
  String outcome(MessageId id) {
    return jdbc.sql(
            """
            select coalesce((
              select string_agg(outcome, ' and ') from (
                select concat('success ', attempts) as outcome from send_success where batch_id = :batch and seq = :seq
                union all
                select concat_ws(' ', class, attempts, errcode) from send_failed where batch_id = :batch and seq = :seq
              ) outcomes), '')""")
        .param("batch", id.batchId().value())
        .param("seq", id.seq())
        .query((row, number) -> row.getString(1))
        .single();
  }

  /** What was noted about attempts that were not the last word, in order. */
  List<String> attemptNotes(MessageId id) {
    return jdbc.sql(
            "select coalesce(errmsg, '') from send_attempt where batch_id = ? and seq = ? order by at")
        .params(id.batchId().value(), id.seq())
        .query((row, number) -> row.getString(1))
        .list();
  }

  /** Succeeded and failed, as counted. */
  String progress(BatchId batch) {
    return jdbc.sql("select concat(succeeded, '/', failed) from batch_progress where batch_id = ?")
        .param(batch.value())
        .query((row, number) -> row.getString(1))
        .single();
  }

  /** A start row as an earlier attempt left it: that many open ones, the oldest so long ago. */
  void started(MessageId id, int open, String ago) {
    jdbc.sql(
            """
            insert into send_started (batch_id, seq, open, since, worker)
            values (?, ?, ?, now() - ?::interval, 'a sender that died')""")
        .params(id.batchId().value(), id.seq(), open, ago)
        .update();
  }

  /** The message's oldest open attempt now began so long ago. */
  void age(MessageId id, String ago) {
    jdbc.sql(
            "update send_started set since = now() - ?::interval where batch_id = ? and seq = ? and open > 0")
        .params(ago, id.batchId().value(), id.seq())
        .update();
  }

  /** What the gateway's canceller records about a message that it finds unsent. */
  void cancelledByGateway(PushMessage message) {
    started(message.id(), 0, "0 seconds");
    jdbc.sql(
            """
            insert into send_failed (batch_id, seq, account_id, template_id, openid, attempts, class, advice, failed_at, worker)
            values (?, ?, ?, 'order-paid', 'o1', 0, 'cancelled', 'cancelled', now(), 'gateway')""")
        .params(message.id().batchId().value(), message.id().seq(), message.account())
        .update();
    jdbc.sql("update batch_progress set failed_cancelled = failed_cancelled + 1 where batch_id = ?")
        .param(message.id().batchId().value())
        .update();
  }
}
