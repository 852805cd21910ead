package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** WeChat is busy, hangs, breaks off, or lets its front answer with a web page. */
@ExtendWith(StackExtension.class)
class BadWeChatIT {

  private static final Logger log = LoggerFactory.getLogger(BadWeChatIT.class);

  private final Stack stack;
  private final Simulator simulator;
  private final Audit audit;

  BadWeChatIT(Stack stack) {
    this.stack = stack;
    this.simulator = stack.simulator();
    this.audit = stack.audit();
  }

  @Test
  void throughEveryPassingTroubleEachMessageArrivesOnce() {
    TestAccount account = stack.newAccount("");
    // Taken and then broken off, three ways; not taken, three ways; answered long after the sender
    // has given up.
    int takenThenBroken = 120;
    int late = 20;
    simulator.addFaults(
        """
        [{"path":"/cgi-bin/stable_token","times":1,"fault":{"type":"status","status":502}},
         {"path":"%1$s","times":40,"fault":{"type":"lostReply"}},
         {"path":"%1$s","times":40,"fault":{"type":"status","status":502,"accept":true}},
         {"path":"%1$s","times":40,"fault":{"type":"status","status":200,"accept":true}},
         {"path":"%1$s","times":10,"fault":{"type":"errcode","errcode":-1}},
         {"path":"%1$s","times":40,"fault":{"type":"status","status":503}},
         {"path":"%1$s","times":40,"fault":{"type":"close"}},
         {"path":"%1$s","times":%2$d,"fault":{"type":"delay","ms":%3$d}}]
        """
            .formatted(Simulator.SEND_PATH, late, 2 * Stack.WECHAT_TIMEOUT.toMillis()));

    Batch batch = submit(account, 2_000);

    audit.assertAllAcceptedOnce(batch);
    await("the late ones come in too, and all repeats are dropped")
        .atMost(Duration.ofSeconds(15))
        .until(() -> simulator.suppressed() >= takenThenBroken + late);
    audit.assertAllAcceptedOnce(batch);
  }

  @Test
  void troubleThatDoesNotPassEndsInAFailureThatSaysWhetherWeChatMayHaveTheMessage() {
    TestAccount refused = stack.newAccount("");
    TestAccount unanswered = stack.newAccount("");
    simulator.addFaults(
        """
        [{"path":"%1$s","appid":"%2$s","fault":{"type":"status","status":503}},
         {"path":"%1$s","appid":"%3$s","fault":{"type":"status","status":502}}]
        """
            .formatted(Simulator.SEND_PATH, refused.appId(), unanswered.appId()));

    Batch refusedBatch = submit(refused, 20);
    Batch unansweredBatch = submit(unanswered, 20);

    audit.assertEachEndedOnce(40, refusedBatch, unansweredBatch);
    assertFailuresAre("exhausted", refusedBatch);
    assertFailuresAre("uncertain", unansweredBatch);
  }

  /** Every failure of the batch, as the gateway shows it, is of the class and says what to do. */
  private void assertFailuresAre(String outcomeClass, Batch batch) {
    JsonNode failures =
        stack
            .gateway()
            .call("GET", "/v1/batches/" + batch.id() + "/failures", null)
            .expecting(200)
            .json()
            .get("items");
    log.info("a failure of class {}: {}", outcomeClass, failures.get(0));
    assertThat(failures).hasSize(batch.total());
    assertThat(failures)
        .allSatisfy(
            failure -> {
              assertThat(failure.get("class").stringValue()).isEqualTo(outcomeClass);
              assertThat(failure.get("advice").stringValue()).isNotBlank();
            });
  }

  private Batch submit(TestAccount account, int recipients) {
    return Batch.accepted(stack.gateway().submitCsv(account.id(), TestAccount.csv(recipients)));
  }
}
