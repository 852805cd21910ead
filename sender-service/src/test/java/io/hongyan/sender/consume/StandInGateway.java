package io.hongyan.sender.consume;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.Topology;
import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.sender.Samples;
import io.hongyan.sender.SimulatedWeChat;
import io.hongyan.test.TestServers;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Does what the gateway does for a sender: makes accounts and batches and says what changed. */
public final class StandInGateway {

  private final JdbcClient jdbc;
  private final TestBroker broker;
  private final SimulatedWeChat wechat;

  StandInGateway(JdbcClient jdbc, TestBroker broker, SimulatedWeChat wechat) {
    this.jdbc = jdbc;
    this.broker = broker;
    this.wechat = wechat;
  }

  /** A new account with a template at WeChat whose followers' openids begin with o. */
  public Account account() {
    return account(null);
  }

  /** The same with a rate. */
  Account account(@Nullable Integer ratePerSecond) {
    String name = UUID.randomUUID().toString().substring(0, 8);
    Account account = new Account("a-" + name, "wx" + name);
    putAtWeChat(account, Samples.SECRET);
    jdbc.sql(
            """
            insert into account (id, name, app_id, app_secret, rate_per_second) values (?, 'Mall', ?, ?, ?)""")
        .param(account.id())
        .param(account.appId())
        .param(encrypted(account))
        .param(ratePerSecond)
        .update();
    tellOf(account);
    return account;
  }

  /** Tells WeChat the account's secret. */
  void putAtWeChat(Account account, String secret) {
    wechat.putAccount(
        account.appId(),
        secret,
        """
        "followers":{"prefix":"o"},
        "templates":[{"template_id":"%s","title":"t","content":"商品:{{thing1.DATA}}\\n"}]"""
            .formatted(Samples.WECHAT_TEMPLATE));
  }

  private static byte[] encrypted(Account account) {
    String masterKey = TestServers.get().environment().get("HONGYAN_MASTER_KEY");
    return SecretCipher.ofMasterKey(new Secret(Objects.requireNonNull(masterKey)))
        .encrypt(account.id(), new Secret(Samples.SECRET));
  }

  /** How many calls the account may make at once; returns when the sender knows. */
  void setMaxInFlight(Account account, int calls) {
    jdbc.sql("update account set max_in_flight = ? where id = ?")
        .params(calls, account.id())
        .update();
    tellOf(account);
    awaitRead();
  }

  /** The gate's reason; empty = open. */
  public String gate(Account account) {
    return jdbc.sql("select coalesce(gate_reason, '') from account where id = ?")
        .param(account.id())
        .query((row, number) -> row.getString(1))
        .single();
  }

  /** Opens the gate as a person does. */
  void resume(Account account) {
    jdbc.sql(
            """
            update account set gate_reason = null, gate_until = null, gate_since = null, gate_evidence = null,
              gate_opened_at = now(), paused = false where id = ?""")
        .param(account.id())
        .update();
    tellOf(account);
  }

  private void tellOf(Account account) {
    broker.tell(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, account.id()));
  }

  /** A batch of the account, released, of that many messages. */
  BatchId batch(Account account, int total) {
    BatchId batch = BatchId.create();
    jdbc.sql(
            """
            insert into batch (id, account_id, template_id, wechat_template_id, state, priority, total, rejected, created_by)
            values (?, ?, 'order-paid', ?, 'released', 'normal', ?, 0, 'test')""")
        .params(batch.value(), account.id(), Samples.WECHAT_TEMPLATE, total)
        .update();
    jdbc.sql("insert into batch_progress (batch_id) values (?)").param(batch.value()).update();
    return batch;
  }

  void setState(BatchId batch, String state) {
    jdbc.sql("update batch set state = ? where id = ?").params(state, batch.value()).update();
    broker.tell(new ConfigEvent(ConfigEvent.Kind.BATCH, batch.toString()));
  }

  /** Publishes one message of a new batch. */
  MessageId publish(Account account) {
    return publish(account, account.message(batch(account, 1), 1));
  }

  /** Publishes a message in the normal lane. */
  MessageId publish(Account account, PushMessage message) {
    return broker.publish(account, Lane.NORMAL, message);
  }

  /** Publishes a batch's messages. */
  List<MessageId> publishAll(Account account, BatchId batch, int total) {
    return IntStream.rangeClosed(1, total)
        .mapToObj(seq -> publish(account, account.message(batch, seq)))
        .toList();
  }

  /**
   * Waits until the sender has read what PostgreSQL holds now. An account made now has a consumer
   * then, but batches are read before accounts: only the reading after it is all of it.
   */
  void awaitRead() {
    for (int reading = 0; reading < 2; reading++) {
      Account witness = account();
      broker.awaitConsumer(Topology.sendQueue(witness.id(), Lane.NORMAL));
    }
  }

  /** An account here and its app id at WeChat. */
  public record Account(String id, String appId) {

    /** A message to a follower. */
    PushMessage message(BatchId batch, int seq) {
      return Samples.message(batch, seq, id);
    }

    /** The batch's first message, to that openid. */
    PushMessage message(BatchId batch, String openid, @Nullable Instant expireAt) {
      return Samples.message(batch, 1, id, openid, expireAt);
    }
  }
}
