package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A batch about to be stored as the intake would, with as many recipients as its total. */
final class NewBatch {

  private final JdbcClient jdbc;
  private final String account;
  private final int total;
  private String state = "releasing";
  private Lane lane = Lane.NORMAL;
  private int releasedTo;
  private @Nullable Integer ratePerSecond;
  private @Nullable String sendAt;

  NewBatch(JdbcClient jdbc, String account, int total) {
    this.jdbc = jdbc;
    this.account = account;
    this.total = total;
  }

  NewBatch state(String value) {
    state = value;
    return this;
  }

  NewBatch urgent() {
    lane = Lane.URGENT;
    return this;
  }

  NewBatch releasedTo(int value) {
    releasedTo = value;
    return this;
  }

  NewBatch ratePerSecond(int value) {
    ratePerSecond = value;
    return this;
  }

  /** When it shall begin, as an interval from now that PostgreSQL reads, e.g. {@code -2 hours}. */
  NewBatch sendAt(String fromNow) {
    sendAt = fromNow;
    return this;
  }

  BatchId insert() {
    BatchId id = BatchId.create();
    jdbc.sql(
            """
            insert into batch (id, account_id, template_id, wechat_template_id, state, priority, total, rejected, url,
                send_at, rate_per_second, created_by, releasing_to, released_to)
            values (:id, :account, 'order-paid', 'wxt-1', :state, :priority, :total, 0, 'https://mall.example/batch',
                now() + :sendAt::interval, :rate, 'test', :releasedTo, :releasedTo)""")
        .param("id", id.value())
        .param("account", account)
        .param("state", state)
        .param("priority", lane.priority())
        .param("total", total)
        .param("sendAt", sendAt)
        .param("rate", ratePerSecond)
        .param("releasedTo", releasedTo)
        .update();
    jdbc.sql("insert into batch_progress (batch_id) values (?)").param(id.value()).update();
    jdbc.sql(
            """
            insert into recipient (batch_id, seq, openid, ref, url, data)
            select :id, s, 'o' || s, 'order-' || s, case when s = 2 then 'https://mall.example/own' end,
              '{"thing1": {"value": "耳机"}, "amount2": {"value": "¥1", "color": "#173177"}}'
            from generate_series(1, :total) s""")
        .param("id", id.value())
        .param("total", total)
        .update();
    return id;
  }
}
