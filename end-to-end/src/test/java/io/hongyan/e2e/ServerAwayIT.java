package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * RabbitMQ, PostgreSQL or Redis goes away while messages are on their way, and comes back: health
 * names the server, nothing is lost, and nobody has to start anything again.
 */
@ExtendWith(StackExtension.class)
class ServerAwayIT {

  private static final Logger log = LoggerFactory.getLogger(ServerAwayIT.class);
  private static final int RECIPIENTS = 3_000;

  private final Stack stack;
  private final GatewayClient gateway;
  private final Audit audit;
  private List<Long> pids = List.of();

  ServerAwayIT(Stack stack) {
    this.stack = stack;
    this.gateway = stack.gateway();
    this.audit = stack.audit();
  }

  @BeforeEach
  void rememberProcesses() {
    pids = pids();
  }

  @Test
  void withoutRabbitMqBatchesAreStillAcceptedAndGoOutLater() {
    TestAccount account = stack.newAccount("\"ratePerSecond\":500");
    Batch before = submit(account);
    audit.awaitSucceeded(before, 300);

    stack.rabbit().cut();
    Batch meanwhile = submit(account);
    awaitHealth(stack.gatewayProcess(), "rabbit", "DOWN");
    awaitHealth(stack.senderProcess(), "rabbit", "DOWN");
    account.put(gateway, "");
    stack.rabbit().restore();

    assertRecovered(before, meanwhile);
    stack.broker().awaitEmpty();
  }

  @Test
  void withoutPostgresqlTheGatewayAsksToTryAgainAndTheSenderHolds() {
    TestAccount account = stack.newAccount("\"ratePerSecond\":500");
    Batch batch = submit(account);
    audit.awaitSucceeded(batch, 300);

    stack.postgres().cut();
    HttpCalls.Answer refused = gateway.submitCsv(account.id(), TestAccount.csv(10)).expecting(503);
    log.info("without PostgreSQL: {} {}", refused.response().headers().map(), refused.text());
    assertThat(refused.header("Retry-After"))
        .hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds)).isPositive());
    assertThat(refused.json().get("type").stringValue())
        .isEqualTo("urn:hongyan:problem:database-away");
    awaitHealth(stack.gatewayProcess(), "db", "DOWN");
    awaitHealth(stack.senderProcess(), "db", "DOWN");
    assertHeld(RECIPIENTS);
    stack.postgres().restore();
    awaitHealth(stack.gatewayProcess(), "db", "UP");
    account.put(gateway, "");

    assertRecovered(batch);
    assertThat(
            audit.count(
                "select count(*) from batch where account_id = '%s'".formatted(account.id())))
        .as("nothing of the refused batch was stored")
        .isEqualTo(1);
  }

  @Test
  void aSenderStoppedWithoutPostgresqlEndsAndWhatItHeldIsNotLost() {
    TestAccount account = stack.newAccount("\"ratePerSecond\":500");
    Batch batch = submit(account);
    audit.awaitSucceeded(batch, 300);

    stack.postgres().cut();
    awaitHealth(stack.senderProcess(), "db", "DOWN");
    stack.senderProcess().stop();
    stack.postgres().restore();
    stack.senderProcess().start();
    pids = pids();
    awaitHealth(stack.gatewayProcess(), "db", "UP");
    account.put(gateway, "");

    assertRecovered(batch);
  }

  @Test
  void withoutRedisMessagesThatNeedATokenOrAPermitWait() {
    TestAccount rated = stack.newAccount("\"ratePerSecond\":500");
    Batch begun = submit(rated);
    audit.awaitSucceeded(begun, 300);

    stack.redis().cut();
    // Not before: the sender reads a new account's quota, for which it would have fetched the
    // token.
    TestAccount unknown = stack.newAccount("");
    Batch waiting = submit(unknown);
    awaitHealth(stack.senderProcess(), "redis", "DOWN");
    await("released")
        .until(
            () -> audit.text("select state from batch where id = ?", waiting).equals("released"));
    assertHeld(2 * RECIPIENTS);
    stack.redis().restore();
    rated.put(gateway, "");

    assertRecovered(begun, waiting);
    assertThat(stack.simulator().stats().get("tokenFetches").get(unknown.appId()).asInt())
        .isEqualTo(1);
    assertThat(audit.count("select max(attempts) from send_success where batch_id = ?", waiting))
        .as("no try was used up by waiting")
        .isEqualTo(1);
  }

  @Test
  void startedWithoutRabbitMqTheServicesSayItAndCatchUp() {
    TestAccount account = stack.newAccount("");
    stack.gatewayProcess().stop();
    stack.senderProcess().stop();

    stack.rabbit().cut();
    stack.gatewayProcess().start();
    stack.senderProcess().start();
    stack.gatewayProcess().awaitAnswering();
    stack.senderProcess().awaitAnswering();
    pids = pids();
    awaitHealth(stack.gatewayProcess(), "rabbit", "DOWN");
    awaitHealth(stack.senderProcess(), "rabbit", "DOWN");
    Batch batch = submit(account);
    stack.rabbit().restore();

    assertRecovered(batch);
  }

  private Batch submit(TestAccount account) {
    return Batch.accepted(gateway.submitCsv(account.id(), TestAccount.csv(RECIPIENTS)));
  }

  /** No message goes out, and not because all of them have. */
  private void assertHeld(int all) {
    int asked = stack.simulator().asked();
    await("no more calls to WeChat")
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> stack.simulator().asked() == asked);
    assertThat(asked).as("held in the middle").isLessThan(all);
  }

  /** Every service is well again, without a restart, and each message ended once. */
  private void assertRecovered(Batch... batches) {
    audit.assertAllAcceptedOnce(batches);
    stack.gatewayProcess().awaitHealthy();
    stack.senderProcess().awaitHealthy();
    assertThat(pids()).as("no process was started again").isEqualTo(pids);
  }

  private List<Long> pids() {
    return List.of(stack.gatewayProcess().pid(), stack.senderProcess().pid());
  }

  private static void awaitHealth(ServiceProcess process, String component, String status) {
    JsonNode health =
        await("%s %s".formatted(component, status))
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .until(
                () -> process.health().json(),
                json ->
                    json.at("/components/%s/status".formatted(component))
                        .asString("")
                        .equals(status));
    log.info("health while {} is {}: {}", component, status, health);
  }
}
