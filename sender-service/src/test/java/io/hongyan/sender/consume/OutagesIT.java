package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.network.FaultyProxy;
import io.hongyan.sender.consume.StandInGateway.Account;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A server goes away or falls silent while messages flow, or a sender stops: all are recorded once.
 */
@Timeout(90)
class OutagesIT {

  private static final int MESSAGES = 150;

  private final RunningSender sender = RunningSender.get();

  @AfterEach
  void restore() {
    sender.rabbitProxy.restore();
    sender.redisProxy.restore();
    sender.databaseProxy.restore();
  }

  @Test
  void rabbitMqAwayAndBack() {
    survives(sender.rabbitProxy, "rabbit", FaultyProxy::cut);
  }

  @Test
  void rabbitMqSilentAndBack() {
    survives(sender.rabbitProxy, "rabbit", FaultyProxy::stall);
  }

  @Test
  void redisAwayAndBack() {
    survives(sender.redisProxy, "redis", FaultyProxy::cut);
  }

  @Test
  void redisSilentAndBack() {
    survives(sender.redisProxy, "redis", FaultyProxy::stall);
  }

  @Test
  void postgreSqlAwayAndBack() {
    survives(sender.databaseProxy, "db", FaultyProxy::cut);
  }

  @Test
  void postgreSqlSilentAndBack() {
    survives(sender.databaseProxy, "db", FaultyProxy::stall);
  }

  @Test
  void connectionsThatTheNetworkForgotAreReplaced() {
    Account account = sender.gateway.account(100);
    BatchId batch = sender.gateway.batch(account, 4 * MESSAGES);
    List<MessageId> ids = sender.gateway.publishAll(account, batch, 4 * MESSAGES);
    await().atMost(Duration.ofSeconds(10)).until(() -> recorded(batch) > 5);

    // The database still believes in a transaction with locks, the broker in a consumer that holds
    // messages.
    sender.databaseProxy.forget();
    sender.rabbitProxy.forget();
    sender.redisProxy.forget();

    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> sender.messages.progress(batch).equals(4 * MESSAGES + "/0"));
    assertThat(ids).allSatisfy(id -> assertThat(sender.wechat.accepted(id)).isEqualTo(1));
  }

  @Test
  void aTransactionThatTheNetworkForgotDoesNotKeepItsLocks() throws Exception {
    Account account = sender.gateway.account();
    sender.wechat.failSends(account.appId(), 0, 1, "{\"type\":\"delay\",\"ms\":400}");
    BatchId batch = sender.gateway.batch(account, 1);
    PushMessage message = account.message(batch, "xLeft", Instant.now().plusSeconds(600));

    sender.gateway.publish(account, message);
    try (RowLock lock = RowLock.onStart(message.id())) {
      // The recorder has locked the batch's counters by then.
      lock.awaitSomebodyWaiting();
      sender.databaseProxy.forget();
    }

    await()
        .atMost(Duration.ofSeconds(25))
        .untilAsserted(
            () -> assertThat(sender.messages.outcome(message.id())).isEqualTo("recipient 1 43004"));
    assertThat(sender.messages.progress(batch)).isEqualTo("0/1");
  }

  @Test
  void aSenderThatStopsInMidFlightLosesNothing() {
    Account account = sender.gateway.account(200);
    BatchId batch = sender.gateway.batch(account, 2 * MESSAGES);
    ConfigurableApplicationContext second = sender.startAnother();
    List<MessageId> ids = sender.gateway.publishAll(account, batch, 2 * MESSAGES);
    await().atMost(Duration.ofSeconds(20)).until(() -> recorded(batch) > 20);

    second.close();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> sender.messages.progress(batch).equals(2 * MESSAGES + "/0"));
    assertThat(ids).allSatisfy(id -> assertThat(sender.wechat.accepted(id)).isEqualTo(1));
    assertThat(openStarts(batch)).as("attempts left open by a cut").isZero();
  }

  private void survives(FaultyProxy server, String component, Consumer<FaultyProxy> trouble) {
    Account account = sender.gateway.account(100);
    BatchId batch = sender.gateway.batch(account, MESSAGES);
    List<MessageId> ids = sender.gateway.publishAll(account, batch, MESSAGES);
    await().atMost(Duration.ofSeconds(10)).until(() -> recorded(batch) > 5);

    trouble.accept(server);

    await()
        .atMost(Duration.ofSeconds(25))
        .untilAsserted(
            () ->
                assertThat(sender.health().at("/components/" + component).toString())
                    .contains("\"status\":\"DOWN\""));
    server.restore();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> sender.messages.progress(batch).equals(MESSAGES + "/0"));
    assertThat(ids).allSatisfy(id -> assertThat(sender.wechat.accepted(id)).isEqualTo(1));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> sender.health().get("status").asString().equals("UP"));
  }

  private int recorded(BatchId batch) {
    return sender
        .jdbc
        .sql("select succeeded + failed from batch_progress where batch_id = ?")
        .param(batch.value())
        .query(Integer.class)
        .single();
  }

  /** Starts that nobody finished: the attempt of an outcome is one, more are calls cut off. */
  private int openStarts(BatchId batch) {
    return sender
        .jdbc
        .sql("select count(*) from send_started where batch_id = ? and open > 1")
        .param(batch.value())
        .query(Integer.class)
        .single();
  }
}
