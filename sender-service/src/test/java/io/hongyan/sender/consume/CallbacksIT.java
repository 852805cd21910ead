package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.callback.InboundRecord;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Topology;
import io.hongyan.network.FaultyProxy;
import io.hongyan.sender.consume.StandInGateway.Account;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/**
 * Receipts and followers' events through the queues, beside the sends, while servers go away and
 * come back.
 */
@Timeout(120)
class CallbacksIT {

  private static final int MESSAGES = 120;
  private static final AtomicLong IDS = new AtomicLong(System.nanoTime());

  private final RunningSender sender = RunningSender.get();
  private final Random random = new Random(20261122);

  @AfterEach
  void restore() {
    sender.rabbitProxy.restore();
    sender.databaseProxy.restore();
  }

  @Test
  void receiptsOfTwoSendersAtOnceCountOnce() {
    try (ConfigurableApplicationContext second = sender.startAnother()) {
      assertThat(second.isRunning()).isTrue();
      everyAcceptedMessageIsCountedOnce(nothing -> {}, sender.rabbitProxy);
    }
  }

  @Test
  void receiptsSurviveADatabaseThatGoesAway() {
    everyAcceptedMessageIsCountedOnce(FaultyProxy::cut, sender.databaseProxy);
  }

  @Test
  void receiptsWhoseAcksWereLostCountOnce() {
    everyAcceptedMessageIsCountedOnce(FaultyProxy::reset, sender.rabbitProxy);
  }

  @Test
  void whatCannotBeReadOrStoredIsADeadLetterAndStopsNothing() {
    Account account = sender.gateway.account();
    String garbage = "no receipt at all for " + account.id();
    DeliveryReceipt beyondTime =
        new DeliveryReceipt(
            IDS.incrementAndGet(), Instant.now(), account.id(), "oX", 0, "success", Instant.MAX);
    DeliveryReceipt fine = receipt(account, "oY", 0);

    sender.broker.publishCallbacks(
        Topology.RECEIPTS,
        List.of(garbage.getBytes(StandardCharsets.UTF_8), beyondTime.encode(), fine.encode()));

    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () -> {
              assertThat(deadLetters(garbage.getBytes(StandardCharsets.UTF_8)))
                  .containsExactly("hongyan.receipts");
              assertThat(deadLetters(beyondTime.encode())).containsExactly("hongyan.receipts");
              assertThat(count("delivery_receipt where id = " + fine.id())).isEqualTo(1);
            });
  }

  @Test
  void aReceiptFromDaysAgoFindsItsDay() {
    Account account = sender.gateway.account();
    DeliveryReceipt old =
        new DeliveryReceipt(
            IDS.incrementAndGet(),
            Instant.now().minus(40, ChronoUnit.DAYS),
            account.id(),
            "oOld",
            7,
            "success",
            Instant.now().minus(40, ChronoUnit.DAYS));

    sender.broker.publishCallbacks(Topology.RECEIPTS, List.of(old.encode(), old.encode()));

    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> count("delivery_receipt where id = " + old.id()) == 1);
  }

  @Test
  void whoUnfollowsIsNoFollowerAnyMore() {
    Account account = sender.gateway.account();

    sender.broker.publishCallbacks(
        Topology.CALLBACKS, List.of(event(account, "subscribe").encode()));
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () ->
                count("follower where subscribed and account_id = '%s'".formatted(account.id()))
                    == 1);
    sender.broker.publishCallbacks(
        Topology.CALLBACKS, List.of(event(account, "unsubscribe").encode()));

    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () ->
                count("follower where not subscribed and account_id = '%s'".formatted(account.id()))
                    == 1);
    assertThat(count("callback_log where account_id = '%s'".formatted(account.id()))).isEqualTo(2);
  }

  /** Half with WeChat's id; each posted twice, shuffled, before and after the outcome's commit. */
  private void everyAcceptedMessageIsCountedOnce(
      Consumer<FaultyProxy> trouble, FaultyProxy server) {
    Account account = sender.gateway.account(100);
    BatchId batch = sender.gateway.batch(account, MESSAGES);
    sender
        .jdbc
        .sql(
            "insert into recipient (batch_id, seq, openid, data) select ?, n, 'o' || n, '{}' from generate_series(1, ?) n")
        .params(batch.value(), MESSAGES)
        .update();
    sender.gateway.publishAll(account, batch, MESSAGES);
    Set<String> receipted = new HashSet<>();
    boolean troubled = false;
    while (receipted.size() < MESSAGES) {
      List<byte[]> posts = new ArrayList<>();
      await().atMost(Duration.ofSeconds(30)).until(() -> acceptedBut(batch, receipted).size() > 0);
      for (JsonNode message : acceptedBut(batch, receipted)) {
        receipted.add(message.get("clientMsgId").stringValue());
        long msgid = random.nextBoolean() ? 0 : message.get("msgid").longValue();
        DeliveryReceipt receipt = receipt(account, message.get("openid").stringValue(), msgid);
        posts.add(receipt.encode());
        posts.add(repeat(receipt).encode());
      }
      Collections.shuffle(posts, random);
      sender.broker.publishCallbacks(Topology.RECEIPTS, posts);
      if (!troubled && receipted.size() > MESSAGES / 4) {
        troubled = true;
        trouble.accept(server);
        sender.broker.publishCallbacks(Topology.RECEIPTS, posts);
        server.restore();
      }
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        sender
                            .jdbc
                            .sql(
                                "select concat_ws('/', succeeded, delivered, undelivered, ambiguous) from batch_progress where batch_id = ?")
                            .param(batch.value())
                            .query(String.class)
                            .single())
                    .isEqualTo(MESSAGES + "/" + MESSAGES + "/0/0"));
    assertThat(count("message_receipt where batch_id = " + batch.value())).isEqualTo(MESSAGES);
    assertThat(
            count(
                "delivery_receipt where match in ('msgid', 'person') and account_id = '%s'"
                    .formatted(account.id())))
        .isEqualTo(MESSAGES);
  }

  /** What WeChat has accepted of the batch, without those. */
  private List<JsonNode> acceptedBut(BatchId batch, Set<String> known) {
    return IntStream.rangeClosed(1, MESSAGES)
        .mapToObj(seq -> batch + "-" + seq)
        .filter(id -> !known.contains(id))
        .limit(40)
        .flatMap(
            id ->
                sender
                    .wechat
                    .call("GET", "/_sim/messages?clientMsgId=" + id, "")
                    .get("messages")
                    .valueStream())
        .toList();
  }

  private static DeliveryReceipt receipt(Account account, String openid, long msgid) {
    Instant now = Instant.now();
    return new DeliveryReceipt(
        IDS.incrementAndGet(),
        now,
        account.id(),
        openid,
        msgid,
        "success",
        now.truncatedTo(ChronoUnit.SECONDS));
  }

  /** The same once more, as WeChat posts it when it heard no answer. */
  private static DeliveryReceipt repeat(DeliveryReceipt receipt) {
    return new DeliveryReceipt(
        IDS.incrementAndGet(),
        Instant.now(),
        receipt.account(),
        receipt.openid(),
        receipt.msgid(),
        receipt.status(),
        receipt.finishedAt());
  }

  private static InboundRecord event(Account account, String event) {
    Instant now = Instant.now();
    return new InboundRecord(
        IDS.incrementAndGet(),
        now,
        account.id(),
        "oFan",
        "event",
        event,
        "",
        null,
        now.truncatedTo(ChronoUnit.SECONDS),
        "<xml/>",
        "none",
        null,
        "nothing",
        1,
        "g1");
  }

  private List<String> deadLetters(byte[] body) {
    return sender
        .jdbc
        .sql("select routing_key from dead_letter where body = ?")
        .param(body)
        .query((row, number) -> row.getString(1))
        .list();
  }

  private long count(String from) {
    return sender.jdbc.sql("select count(*) from " + from).query(Long.class).single();
  }
}
