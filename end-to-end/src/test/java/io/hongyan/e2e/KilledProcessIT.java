package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code kill -9} at the worst moments: nothing is lost and nobody gets a message twice. */
@ExtendWith(StackExtension.class)
class KilledProcessIT {

  private static final Logger log = LoggerFactory.getLogger(KilledProcessIT.class);
  private static final int RECIPIENTS = 20_000;
  private static final String COPIED =
      "select coalesce(max(tuples_processed), 0) from pg_stat_progress_copy where datname = current_database()";

  private final Stack stack;
  private final GatewayClient gateway;
  private final Audit audit;

  KilledProcessIT(Stack stack) {
    this.stack = stack;
    this.gateway = stack.gateway();
    this.audit = stack.audit();
  }

  @Test
  void aSenderKilledTwiceInTheMiddleOfABatchLosesAndRepeatsNothing() {
    TestAccount account = stack.newAccount("");
    stack.simulator().setLatencyMillis(20);
    Batch batch = Batch.accepted(gateway.submitCsv(account.id(), TestAccount.csv(RECIPIENTS)));

    killSenderAt(batch, percent(10, 35));
    stack.senderProcess().start();
    killSenderAt(batch, percent(36, 60));
    stack.senderProcess().start();

    audit.assertAllAcceptedOnce(batch);
    log.info("repeats that WeChat dropped suppressed={}", stack.simulator().suppressed());
    assertThat(
            audit.count(
                "select count(distinct worker) from send_success where batch_id = ?", batch))
        .as("runs of the sender that had a part in it")
        .isEqualTo(3);
  }

  private void killSenderAt(Batch batch, int succeeded) {
    audit.awaitSucceeded(batch, succeeded);
    stack.senderProcess().kill();
    log.info("sender killed wanted={} progress={}", succeeded, audit.progress(batch));
    assertThat(audit.progress(batch).succeeded()).as("killed in the middle").isLessThan(RECIPIENTS);
  }

  private static int percent(int from, int to) {
    return RECIPIENTS / 100 * ThreadLocalRandom.current().nextInt(from, to);
  }

  @Test
  void aGatewayKilledDuringReleaseIsReplacedByAnother() {
    TestAccount account = stack.newAccount("");
    try (ServiceProcess second = stack.create(Program.GATEWAY, "gateway-2", Map.of())) {
      second.start();
      second.awaitHealthy();
      Batch batch = Batch.accepted(gateway.submitCsv(account.id(), TestAccount.csv(RECIPIENTS)));

      String holder = awaitHolderOfAChunkUnconfirmed(batch, percent(10, 60));
      boolean isSecond = holder.startsWith(second.pid() + "-");
      ServiceProcess killed = isSecond ? second : stack.gatewayProcess();
      ServiceProcess survivor = isSecond ? stack.gatewayProcess() : second;
      killed.kill();

      log.info(
          "gateway killed held_by={} cursor={}",
          holder,
          audit.text("select released_to || '/' || releasing_to from batch where id = ?", batch));
      assertThat(holder).startsWith(killed.pid() + "-");
      assertThat(audit.text("select state from batch where id = ?", batch))
          .as("killed in the middle of the release")
          .isEqualTo("releasing");
      stack.auditThrough(survivor).assertAllAcceptedOnce(batch);
      stack.broker().awaitEmpty();
    }
  }

  /**
   * Waits until a gateway is publishing a chunk that goes beyond {@code from}; returns its name.
   */
  private String awaitHolderOfAChunkUnconfirmed(Batch batch, int from) {
    String query =
        """
        select released_by from batch
        where id = ? and releasing_to > released_to and lease_until > now() and released_to >= %d
        """
            .formatted(from);
    return await("a chunk that is being published")
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> audit.text(query, batch), holder -> !holder.isEmpty());
  }

  @Test
  void aGatewayKilledDuringAnUploadHasAcceptedNothingAndTheKeyIsFree() throws IOException {
    TestAccount account = stack.newAccount("");
    String key = UUID.randomUUID().toString();
    String csv = TestAccount.csv(RECIPIENTS / 2);
    int batchesBefore = audit.count("select count(*) from batch");
    CompletableFuture<HttpCalls.Answer> upload;
    try (PipedOutputStream body = new PipedOutputStream()) {
      upload = uploadSlowly(account, key, body);
      // More than the gateway keeps in memory, so that rows are on their way into the database.
      body.write(csv.substring(0, csv.length() / 2).getBytes(StandardCharsets.UTF_8));
      body.flush();
      await("rows of the upload are in the database, not committed")
          .atMost(Duration.ofSeconds(20))
          .until(() -> audit.count(COPIED) > 0);
      HttpCalls.Answer meanwhile = submit(account, key, csv).expecting(409);
      assertThat(meanwhile.header("Retry-After")).isPresent();

      stack.gatewayProcess().kill();
    }

    assertThat(upload)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableOfType(ExecutionException.class);
    await("the rest of the upload is rolled back")
        .untilAsserted(
            () ->
                assertThat(
                        audit.count(
                            "select count(*) from recipient r where not exists (select from batch b where b.id = r.batch_id)"))
                    .isZero());
    assertThat(audit.count("select count(*) from batch")).isEqualTo(batchesBefore);
    stack.gatewayProcess().start();
    stack.gatewayProcess().awaitHealthy();
    HttpCalls.Answer second = submit(account, key, csv).expecting(202);
    assertThat(second.header("Idempotency-Replayed")).isEmpty();
    HttpCalls.Answer third = submit(account, key, csv).expecting(202);
    assertThat(third.header("Idempotency-Replayed")).hasValue("true");
    assertThat(third.text()).isEqualTo(second.text());
    assertThat(audit.count("select count(*) from batch")).isEqualTo(batchesBefore + 1);
    audit.assertAllAcceptedOnce(Batch.accepted(second));
  }

  private CompletableFuture<HttpCalls.Answer> uploadSlowly(
      TestAccount account, String key, PipedOutputStream body) throws IOException {
    PipedInputStream pipe = new PipedInputStream(body, 1 << 16);
    return CompletableFuture.supplyAsync(
        () ->
            gateway.send(
                gateway.csvRequest(account.id(), key, BodyPublishers.ofInputStream(() -> pipe))));
  }

  private HttpCalls.Answer submit(TestAccount account, String key, String csv) {
    return gateway.send(gateway.csvRequest(account.id(), key, BodyPublishers.ofString(csv)));
  }
}
