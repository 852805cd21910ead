package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.sender.consume.RunningSender.Account;
import io.hongyan.test.CuttableProxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;

/** A server goes away while messages flow, or a sender stops: all are recorded once. */
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
    survives(sender.rabbitProxy, "rabbit");
  }

  @Test
  void redisAwayAndBack() {
    survives(sender.redisProxy, "redis");
  }

  @Test
  void postgreSqlAwayAndBack() {
    survives(sender.databaseProxy, "db");
  }

  @Test
  void aSenderThatStopsInMidFlightLosesNothing() {
    Account account = sender.account(200);
    BatchId batch = sender.batch(account, 2 * MESSAGES);
    ConfigurableApplicationContext second = sender.startAnother();
    List<MessageId> ids = sender.publishAll(account, batch, 2 * MESSAGES);
    await().atMost(Duration.ofSeconds(20)).until(() -> recorded(batch) > 20);

    second.close();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> sender.progress(batch).equals(2 * MESSAGES + "/0"));
    assertThat(ids).allSatisfy(id -> assertThat(sender.accepted(id)).isEqualTo(1));
    assertThat(openStarts(batch)).as("attempts left open by a cut").isZero();
  }

  private void survives(CuttableProxy server, String component) {
    Account account = sender.account(100);
    BatchId batch = sender.batch(account, MESSAGES);
    List<MessageId> ids = sender.publishAll(account, batch, MESSAGES);
    await().atMost(Duration.ofSeconds(10)).until(() -> recorded(batch) > 5);

    server.cut();

    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () ->
                assertThat(sender.health().at("/components/" + component).toString())
                    .contains("\"status\":\"DOWN\""));
    server.restore();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> sender.progress(batch).equals(MESSAGES + "/0"));
    assertThat(ids).allSatisfy(id -> assertThat(sender.accepted(id)).isEqualTo(1));
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
