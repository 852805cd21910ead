package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Delivery receipts from WeChat's post to the batch's counters: each message counts once. */
@ExtendWith(StackExtension.class)
class ReceiptsIT {

  private static final Logger log = LoggerFactory.getLogger(ReceiptsIT.class);

  /** Say {@code -Dhongyan.receipts=20000} for the promise's own number. */
  private static final int MESSAGES = Integer.getInteger("hongyan.receipts", 2_000);

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String SOME_FAIL = "\"userBlockShare\":0.1,\"systemFailedShare\":0.05,";

  private final Stack stack;
  private final GatewayClient gateway;
  private final Simulator simulator;
  private final Audit audit;

  ReceiptsIT(Stack stack) {
    this.stack = stack;
    this.gateway = stack.gateway();
    this.simulator = stack.simulator();
    this.audit = stack.audit();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "in order | 1 | \"receiptsInOrder\":true",
        "shuffled | 1 | \"receiptsInOrder\":false",
        "doubled  | 2 | \"receiptCopies\":2",
        "shuffled and doubled | 2 | \"receiptsInOrder\":false,\"receiptCopies\":2",
        "msgid 0  | 1 | \"receiptMsgidZeroShare\":1.0",
        "every second with msgid 0, shuffled and doubled | 2 | \"receiptMsgidZeroShare\":0.5,\"receiptsInOrder\":false,\"receiptCopies\":2",
      })
  void deliveredAndUndeliveredAreAllThatWasAccepted(String name, int copies, String settings) {
    TestAccount account = newAccount();
    simulator.set(SOME_FAIL + settings);

    Batch batch = Batch.accepted(gateway.submitCsv(account.id(), TestAccount.csv(MESSAGES)));

    audit.assertAllAcceptedOnce(batch);
    int undelivered = simulator.callbackStats().get("receipts").get("undelivered").asInt();
    assertThat(undelivered).as("some fail").isPositive();
    awaitSettled(batch, new Receipts(MESSAGES - undelivered, undelivered, 0));
    assertThat(audit.count("select count(*) from message_receipt where batch_id = ?", batch))
        .as("messages with a receipt")
        .isEqualTo(MESSAGES);
    assertThat(receiptRows(account, "true")).as("receipts kept").isEqualTo(MESSAGES * copies);
    assertThat(receiptRows(account, "match = 'duplicate'"))
        .as("copies")
        .isEqualTo(MESSAGES * (copies - 1));
    report(name);
  }

  @Test
  void withTwoMessagesToAPersonAndNoMsgidTheAmbiguousAreCountedAsSuch() {
    TestAccount account = newAccount();
    simulator.set(SOME_FAIL + "\"receiptMsgidZeroShare\":1.0");

    Batch batch = Batch.accepted(gateway.submitCsv(account.id(), twoMessagesEach(MESSAGES / 2)));

    audit.assertAllAcceptedOnce(batch);
    Receipts end =
        await("every message has a receipt")
            .atMost(LIMIT)
            .pollInterval(Duration.ofMillis(500))
            .until(() -> shown(batch), receipts -> receipts.sum() == MESSAGES);
    assertThat(end.ambiguous()).as("ambiguous").isGreaterThan(MESSAGES / 2);
    assertThat(
            audit.count(
                "select count(*) from message_receipt where state = 'ambiguous' and batch_id = ?",
                batch))
        .isEqualTo(end.ambiguous());
    report("msgid 0 with two messages a person: " + end);
  }

  private TestAccount newAccount() {
    TestAccount account = stack.newAccount("");
    account.putCallback(gateway, simulator, List.of(stack.gatewayProcess().uri()), null);
    return account;
  }

  private static String twoMessagesEach(int people) {
    return "openid,thing1,character_string2\n"
        + IntStream.range(0, people * 2)
            .mapToObj(i -> "o%07d,headphones,A-%d\n".formatted(i / 2, i))
            .collect(Collectors.joining());
  }

  /** Waits for these counters, and for every receipt to be matched or given up. */
  private void awaitSettled(Batch batch, Receipts wanted) {
    await("receipts of " + batch)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(shown(batch)).isEqualTo(wanted));
    await("nothing is posted any more")
        .atMost(LIMIT)
        .until(() -> simulator.callbackStats().get("receipts").get("waiting").asInt() == 0);
    await("every receipt is settled")
        .atMost(LIMIT)
        .until(() -> audit.count("select count(*) from delivery_receipt where match is null") == 0);
    assertThat(shown(batch)).as("counters after the last receipt").isEqualTo(wanted);
  }

  /** The counters as the gateway shows them. */
  private Receipts shown(Batch batch) {
    JsonNode shown = gateway.call("GET", "/v1/batches/" + batch.id(), null).expecting(200).json();
    return new Receipts(
        shown.get("delivered").asInt(),
        shown.get("undelivered").asInt(),
        shown.get("ambiguous").asInt());
  }

  private int receiptRows(TestAccount account, String condition) {
    return audit.count(
        "select count(*) from delivery_receipt where account_id = '%s' and %s"
            .formatted(account.id(), condition));
  }

  private void report(String name) {
    log.info("{}: messages={} receipts={}", name, MESSAGES, simulator.callbackStats());
  }

  /** A batch's counters of receipts. */
  private record Receipts(int delivered, int undelivered, int ambiguous) {

    int sum() {
      return delivered + undelivered + ambiguous;
    }
  }
}
