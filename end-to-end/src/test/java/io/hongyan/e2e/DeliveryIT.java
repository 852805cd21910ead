package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to every message on a good day. */
@ExtendWith(StackExtension.class)
class DeliveryIT {

  private static final Logger log = LoggerFactory.getLogger(DeliveryIT.class);

  private final Stack stack;
  private final GatewayClient gateway;
  private final Simulator simulator;
  private final Audit audit;

  DeliveryIT(Stack stack) {
    this.stack = stack;
    this.gateway = stack.gateway();
    this.simulator = stack.simulator();
    this.audit = stack.audit();
  }

  @Test
  void everyRecipientOfABatchEndsInExactlyOneRow() {
    TestAccount account = stack.newAccount("");
    int strangers = 7;
    String csv =
        TestAccount.csv(10_000 - strangers)
            + TestAccount.rows(10_000, strangers).replaceAll("(?m)^o", "stranger");

    Batch batch = Batch.accepted(gateway.submitCsv(account.id(), csv));

    assertThat(batch.total()).isEqualTo(10_000);
    audit.assertEachEndedOnce(strangers, batch);
    assertThat(
            audit.count(
                "select count(*) from send_failed where batch_id = ? and class = 'recipient' and errcode = 43004",
                batch))
        .isEqualTo(strangers);
    stack.broker().awaitEmpty();
  }

  @Test
  void twoSendersStartedColdFetchOneToken() {
    stack.senderProcess().stop();
    TestAccount account = stack.newAccount("");
    Batch batch = Batch.accepted(gateway.submitCsv(account.id(), TestAccount.csv(2_000)));
    simulator.setLatencyMillis(50);

    // Paused until both are up, so that both need the token in the same moment.
    account.change(gateway, "pause");
    try (ServiceProcess second = stack.create(Program.SENDER, "sender-2", Map.of())) {
      stack.senderProcess().start();
      second.start();
      stack.senderProcess().awaitHealthy();
      second.awaitHealthy();
      account.change(gateway, "resume");
      audit.assertAllAcceptedOnce(batch);
    }

    assertThat(simulator.stats().get("tokenFetches").get(account.appId()).asInt()).isEqualTo(1);
    assertThat(
            audit.count(
                "select count(distinct worker) from send_success where batch_id = ?", batch))
        .as("senders that took part")
        .isEqualTo(2);
  }

  @Test
  void anUrgentMessageOvertakesABatchThatIsHeldByARate() {
    TestAccount account = stack.newAccount("\"ratePerSecond\":200");
    Batch bulk = Batch.accepted(gateway.submitCsv(account.id(), TestAccount.csv(20_000)));
    audit.awaitSucceeded(bulk, 400);

    long posted = System.currentTimeMillis();
    Batch urgent = Batch.accepted(gateway.submitUrgent(account.id(), "o-urgent"));
    audit.awaitSucceeded(urgent, 1);
    long took = arrival(urgent) - posted;

    log.info("urgent message reached WeChat took_ms={}", took);
    assertThat(took).isBetween(0L, 1_000L);
    assertThat(audit.progress(bulk).succeeded()).as("the batch still waits").isLessThan(10_000);
    account.put(gateway, "");
    audit.assertAllAcceptedOnce(bulk, urgent);
  }

  @Test
  void thoseWhoFailedAreSentAgainInABatchOfTheirOwn() {
    TestAccount account = stack.newAccount("");
    Batch first =
        Batch.accepted(
            gateway.submitCsv(
                account.id(),
                TestAccount.csv(20) + TestAccount.rows(21, 5).replaceAll("(?m)^o", "stranger")));
    audit.assertEachEndedOnce(5, first);

    simulator.putAccount(account, "");
    Batch second =
        Batch.accepted(
            gateway.call(
                "POST", "/v1/batches/%s/retry".formatted(first.id()), "{\"errcodes\":[43004]}"));

    assertThat(second.total()).isEqualTo(5);
    audit.assertEachEndedOnce(5, first, second);
  }

  private long arrival(Batch urgent) {
    return simulator.messages().stream()
        .filter(message -> message.clientMsgId().equals(urgent.id() + "-1"))
        .findFirst()
        .orElseThrow()
        .atMillis();
  }
}
