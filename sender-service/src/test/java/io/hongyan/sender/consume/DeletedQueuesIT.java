package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.Lane;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.Topology;
import io.hongyan.sender.consume.StandInGateway.Account;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody deletes a queue while the sender uses it: it is declared again, and nothing is lost. */
@Timeout(60)
class DeletedQueuesIT {

  private final RunningSender sender = RunningSender.get();
  private final Account account = sender.gateway.account();
  private List<@Nullable String> others = List.of();

  /** A round renews twenty lanes: behind those of hundreds of earlier accounts the wait is long. */
  @BeforeEach
  void leaveOtherAccountsAlone() {
    others =
        sender
            .jdbc
            .sql("update account set enabled = false where id <> ? and enabled returning id")
            .param(account.id())
            .query(String.class)
            .list();
  }

  @AfterEach
  void clear() {
    sender.wechat.clearFaults();
    if (!others.isEmpty()) {
      sender
          .jdbc
          .sql("update account set enabled = true where id in (:ids)")
          .param("ids", others)
          .update();
    }
  }

  @Test
  void aMessageThatNoWaitingQueueTakesIsKeptUntilOneDoes() {
    sender.wechat.failSends(account.appId(), 0, 1, "{\"type\":\"errcode\",\"errcode\":-1}");
    sender.broker.deleteQueue(Topology.retry(1));

    MessageId id = sender.gateway.publish(account);

    ends(id, "success 2");
  }

  @Test
  void deadLettersAreRecordedAfterTheirQueueWasDeleted() {
    bury("garbage before, for " + account.id());
    sender.broker.deleteQueue(Topology.DEAD);
    sender.broker.awaitConsumer(Topology.DEAD);

    bury("garbage after, for " + account.id());
  }

  @Test
  void anAccountsMessagesAreSentAfterItsQueueWasDeleted() {
    ends(sender.gateway.publish(account), "success 1");
    String queue = Topology.sendQueue(account.id(), Lane.NORMAL);
    sender.broker.deleteQueue(queue);
    sender.broker.awaitConsumer(queue);

    MessageId id = sender.gateway.publish(account);

    ends(id, "success 1");
  }

  @Test
  void aConsumerThatBelongsToNoQueueAnyMoreIsReplaced() {
    for (int turn = 0; turn < 3; turn++) {
      Account another = sender.gateway.account();
      String queue = Topology.sendQueue(another.id(), Lane.NORMAL);
      sender.broker.awaitConsumer(queue);
      sender.broker.replaceQueue(another, queue);

      ends(sender.gateway.publish(another), "success 1");
    }
  }

  @Test
  void theSameForDeadLetters() {
    for (int turn = 0; turn < 2; turn++) {
      sender.broker.awaitConsumer(Topology.DEAD);
      sender.broker.replaceQueue(account, Topology.DEAD);

      bury("garbage %d for %s".formatted(turn, account.id()));
    }
  }

  private void bury(String body) {
    sender.broker.publishRaw(account, Lane.NORMAL, null, body.getBytes(StandardCharsets.UTF_8));
    await().atMost(Duration.ofSeconds(15)).until(() -> deadLetters(body) == 1);
  }

  private void ends(MessageId id, String outcome) {
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> assertThat(sender.messages.outcome(id)).isEqualTo(outcome));
  }

  private int deadLetters(String body) {
    return sender
        .jdbc
        .sql("select count(*) from dead_letter where body = ?")
        .param(body.getBytes(StandardCharsets.UTF_8))
        .query(Integer.class)
        .single();
  }
}
