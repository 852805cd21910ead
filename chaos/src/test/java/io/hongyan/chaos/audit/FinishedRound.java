package io.hongyan.chaos.audit;

import io.hongyan.chaos.load.AcceptanceRecord;
import io.hongyan.chaos.load.AcceptedBatch;
import io.hongyan.chaos.load.ChaosAccount;
import io.hongyan.chaos.load.Recipients;
import io.hongyan.stack.http.HttpCalls;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Batches as a faultless product leaves them behind: rows in the tables, messages at the simulator,
 * and the suite's record of them. Tests then doctor the rows.
 */
final class FinishedRound implements AutoCloseable {

  private static final AtomicLong BATCHES = new AtomicLong();
  private static final long EPOCH_MILLIS = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();

  private final Connection connection;
  private final HttpCalls simulator;
  private final ChaosAccount account;
  private final AcceptanceRecord record = new AcceptanceRecord();
  private String token = "";

  FinishedRound(TestServers servers, URI simulator, ChaosAccount account) throws SQLException {
    this.connection = servers.connect();
    this.simulator = HttpCalls.to(simulator);
    this.account = account;
  }

  AcceptanceRecord record() {
    return record;
  }

  /** A batch that was answered 202 and is over; every tenth recipient, roughly, was refused. */
  AcceptedBatch addBatch(int count) throws SQLException, IOException {
    long number = BATCHES.incrementAndGet();
    Recipients recipients = Recipients.of("1-" + number, count, 0.1, new Random(number));
    AcceptedBatch batch = writeBatch(recipients, "key-" + number, number);
    record.add(batch);
    return batch;
  }

  /** A batch that nobody was told about: it is in the tables and at the simulator only. */
  AcceptedBatch addUntoldBatch(int count) throws SQLException, IOException {
    long number = BATCHES.incrementAndGet();
    Recipients recipients = Recipients.of("1-" + number, count, 0, new Random(number));
    return writeBatch(recipients, "key-" + number, number);
  }

  private AcceptedBatch writeBatch(Recipients recipients, String key, long number)
      throws SQLException, IOException {
    long row = ((System.currentTimeMillis() - EPOCH_MILLIS) << 22) | number;
    int total = recipients.count();
    int refused = recipients.refusedCount();
    execute(
        """
        insert into batch (id, account_id, template_id, wechat_template_id, state, priority, total,
            rejected, created_by, releasing_to, released_to)
        values (?, 'chaos-1', 'order-paid', 'order-paid', 'done', 'normal', ?, 0, 'key', ?, ?)
        """,
        row,
        total,
        total,
        total);
    execute(
        "insert into batch_progress (batch_id, succeeded, failed_recipient) values (?, ?, ?)",
        row,
        total - refused,
        refused);
    execute(
        "insert into idempotency (api_key_id, key, digest, batch_id, response) values ('a', ?, '', ?, '')",
        key,
        row);
    for (int seq = 1; seq <= total; seq++) {
      execute(
          "insert into recipient (batch_id, seq, openid, ref, data) values (?, ?, ?, ?, '{}')",
          row,
          seq,
          recipients.openid(seq),
          recipients.ref(seq));
      if (recipients.isRefused(seq)) {
        addFailure(row, seq, recipients.ref(seq), "recipient");
      } else {
        addSuccess(row, seq, recipients.ref(seq));
        send(MessageIds.message(row, seq), recipients.openid(seq), recipients.thing(seq));
      }
    }
    return new AcceptedBatch(
        MessageIds.batch(row), key, account, recipients, total, Instant.now(), 1);
  }

  void addSuccess(long row, int seq, String ref) throws SQLException {
    execute(
        """
        insert into send_success (batch_id, seq, account_id, template_id, openid, ref, attempts,
            sent_at, took_ms, worker)
        values (?, ?, 'chaos-1', 'order-paid', 'o', ?, 1, now(), 1, 'w')
        """,
        row,
        seq,
        ref);
  }

  void addFailure(long row, int seq, String ref, String failureClass) throws SQLException {
    execute(
        """
        insert into send_failed (batch_id, seq, account_id, template_id, openid, ref, attempts,
            class, advice, failed_at, worker)
        values (?, ?, 'chaos-1', 'order-paid', 'o', ?, 1, ?, 'none', now(), 'w')
        """,
        row,
        seq,
        ref,
        failureClass);
  }

  void execute(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.executeUpdate();
    }
  }

  /** Asks the simulator to take a message, as the sender would. */
  void send(String messageId, String openid, String thing) throws IOException {
    int errcode =
        simulator
            .call(
                "POST",
                "/cgi-bin/message/template/send?access_token=" + token(),
                """
                {"touser":"%s","template_id":"%s","client_msg_id":"%s",
                 "data":{"thing1":{"value":"%s"},"character_string2":{"value":"1"}}}
                """
                    .formatted(openid, ChaosAccount.TEMPLATE, messageId, thing))
            .json()
            .get("errcode")
            .asInt();
    if (errcode != 0) {
      throw new IllegalStateException("the simulator refused %s: %d".formatted(messageId, errcode));
    }
  }

  private String token() throws IOException {
    if (token.isEmpty()) {
      token =
          simulator
              .get(
                  "/cgi-bin/token?grant_type=client_credential&appid=%s&secret=%s"
                      .formatted(account.appId(), account.secret()))
              .json()
              .get("access_token")
              .stringValue();
    }
    return token;
  }

  /** WeChat forgets at once what it has accepted, so that a second send is a repeat. */
  void forgetClientMsgIds() throws IOException {
    simulator.call("PUT", "/_sim/settings", "{\"clientMsgIdWindowSeconds\":0}").expectingSuccess();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
