package io.hongyan.gateway.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.OutcomeClass;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.test.SettableClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One gateway that posts, with a clock of the test's, against a real database. */
@ExtendWith(OutputCaptureExtension.class)
class WebhookPostsIT {

  private static final JsonMapper JSON = new JsonMapper();
  // Later than the database's, by which deliveries are made due.
  private static final SettableClock CLOCK = new SettableClock(Instant.now().plusSeconds(60));
  private static final RunningGateway GATEWAY =
      RunningGateway.start(
          Map.of(
              "hongyan.webhook.enabled", "true",
              "hongyan.webhook.poll", "50ms",
              "hongyan.webhook.timeout", "30s",
              "hongyan.outbound.allow-private-addresses", "true",
              "hongyan.release.enabled", "false"),
          CLOCK);

  private final Receiver receiver = new Receiver();
  private final KeyHolder erp = KeyHolder.create(GATEWAY);

  @BeforeEach
  void createAccount() {
    GATEWAY.createAccount("wh-mall");
  }

  @AfterEach
  void stopReceiver() {
    erp.call("DELETE", "", null);
    receiver.close();
  }

  @AfterAll
  static void stop() {
    GATEWAY.close();
  }

  @Test
  void tellsOfAFailureWithWhatToDo() throws Exception {
    String secret = erp.put(receiver.url()).json().get("secret").stringValue();
    Told told = Told.batch(erp, 2).fail(2);

    awaitState(told, "delivered");

    RecordedRequest request = receiver.got().getFirst();
    JsonNode body = body(request);
    JsonNode data = body.get("data");
    assertThat(body.get("type").stringValue()).isEqualTo("message.failed");
    assertThat(body.get("timestamp")).isEqualTo(data.get("failedAt"));
    assertThat(data.propertyNames())
        .containsExactly(
            "messageId",
            "batchId",
            "account",
            "template",
            "openid",
            "ref",
            "class",
            "errcode",
            "errmsg",
            "advice",
            "adviceZh",
            "failedAt");
    assertThat(data.get("messageId").stringValue()).isEqualTo(told.batch() + "-2");
    assertThat(data.get("batchId").stringValue()).isEqualTo(told.batch().toString());
    assertThat(data.get("account").stringValue()).isEqualTo("wh-mall");
    assertThat(data.get("openid").stringValue()).isEqualTo("o2");
    assertThat(data.get("ref").stringValue()).isEqualTo("ref-2");
    assertThat(data.get("class").stringValue()).isEqualTo("recipient");
    assertThat(data.get("errcode").intValue()).isEqualTo(43004);
    assertThat(data.get("advice").stringValue()).isNotBlank();
    assertThat(data.get("adviceZh").stringValue()).isNotBlank();
    String id = String.valueOf(request.getHeaders().get("webhook-id"));
    assertThat(id).isEqualTo("whd_" + told.delivery("id"));
    assertThat(request.getHeaders().get("webhook-signature"))
        .isEqualTo(
            "v1,"
                + hmac(
                    secret,
                    id
                        + "."
                        + request.getHeaders().get("webhook-timestamp")
                        + "."
                        + text(request)));
    assertThat(told.delivery("last_status")).isEqualTo("204");
    assertThat(told.delivery("tries")).isEqualTo("1");
  }

  @Test
  void tellsOfABatchThatIsDoneWithItsNumbers() {
    erp.put(receiver.url(), "[\"batch.done\"]");
    Told told = Told.batch(erp, 3).succeed(1).succeed(2).fail(3);
    told.done();

    awaitState(told, "delivered");

    JsonNode body = body(receiver.got().getFirst());
    JsonNode data = body.get("data");
    assertThat(body.get("type").stringValue()).isEqualTo("batch.done");
    assertThat(body.get("timestamp").stringValue()).isEqualTo("2026-11-22T08:00:00Z");
    assertThat(data.propertyNames())
        .containsExactly(
            "batchId",
            "account",
            "template",
            "state",
            "total",
            "succeeded",
            "failed",
            "delivered",
            "undelivered",
            "finishedAt",
            "failuresByClass");
    assertThat(data.get("batchId").stringValue()).isEqualTo(told.batch().toString());
    assertThat(data.get("state").stringValue()).isEqualTo("done");
    assertThat(data.get("total").intValue()).isEqualTo(3);
    assertThat(data.get("succeeded").intValue()).isEqualTo(2);
    assertThat(data.get("failed").intValue()).isEqualTo(1);
    assertThat(data.get("failuresByClass").get("recipient").intValue()).isEqualTo(1);
    assertThat(data.get("failuresByClass").propertyNames())
        .as("every class there is")
        .containsExactlyInAnyOrder(
            List.of(OutcomeClass.values()).stream().map(OutcomeClass::text).toArray(String[]::new));
  }

  @Test
  void tellsThatAMessageWasNotDelivered() {
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).succeed(1).undelivered(1, "failed:user block");

    awaitState(told, "delivered");

    JsonNode data = body(receiver.got().getFirst()).get("data");
    assertThat(data.get("messageId").stringValue()).isEqualTo(told.batch() + "-1");
    assertThat(data.get("openid").stringValue()).isEqualTo("o1");
    assertThat(data.get("status").stringValue()).isEqualTo("failed:user block");
    assertThat(data.get("finishedAt").stringValue()).isEqualTo("2026-11-22T08:00:05Z");
  }

  @Test
  void aFailureThatASuccessHasReplacedIsNotTold() {
    receiver.answers(500);
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);
    await().until(() -> told.delivery("tries").equals("1"));

    Database.execute("delete from send_failed where batch_id = " + told.batch().value());
    told.succeed(1);
    CLOCK.advance(Duration.ofSeconds(6));

    awaitState(told, "void");
    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void triesAgainLaterAndLaterWithTheSameIdAndThenGivesUp() {
    receiver.answers(500);
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);
    List<Duration> delays =
        List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10));

    for (int i = 0; i < delays.size(); i++) {
      Duration delay = delays.get(i);
      String tries = String.valueOf(i + 1);
      await().until(() -> told.delivery("tries").equals(tries));
      Duration wait = Duration.between(CLOCK.instant(), dueAt(told)).truncatedTo(ChronoUnit.MILLIS);
      assertThat(wait)
          .as("after try %s", tries)
          .isBetween(delay.multipliedBy(89).dividedBy(100), delay.multipliedBy(111).dividedBy(100));
      CLOCK.advance(wait.plusSeconds(1));
    }

    awaitState(told, "failed");
    assertThat(told.delivery("tries")).isEqualTo("7");
    assertThat(told.delivery("last_error")).isEqualTo("answered 500");
    assertThat(told.delivery("due_at")).isEqualTo("null");
    assertThat(new HashSet<>(receiver.ids())).containsExactly("whd_" + told.delivery("id"));
    assertThat(receiver.got().stream().map(WebhookPostsIT::text).distinct()).hasSize(1);
    assertThat(webhook("disabled_at")).as("one day of failures").isEqualTo("null");
    assertThat(webhook("failing_since")).isNotEqualTo("null");
  }

  @Test
  void aSuccessEndsTheFailing() {
    receiver.answers(503);
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);
    await().until(() -> !webhook("failing_since").equals("null"));

    receiver.answers(200);
    CLOCK.advance(Duration.ofSeconds(6));

    awaitState(told, "delivered");
    assertThat(webhook("failing_since")).isEqualTo("null");
    assertThat(told.delivery("last_error")).isEqualTo("null");
  }

  @Test
  void whatGivesNoAnswerIsTriedAgainAndSaysWhy() {
    receiver.answers(
        request ->
            new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);

    await().until(() -> told.delivery("tries").equals("1"));

    assertThat(told.state()).isEqualTo("pending");
    assertThat(told.delivery("last_status")).isEqualTo("null");
    assertThat(told.delivery("last_error")).isNotBlank().isNotEqualTo("null");
  }

  @Test
  void fiveDaysOfFailuresSwitchItOffAndReplayBringsThemBack(CapturedOutput output) {
    receiver.answers(500);
    erp.put(receiver.url());
    Told first = Told.batch(erp, 1).fail(1);
    await().until(() -> first.delivery("tries").equals("1"));
    lastTry(first);
    CLOCK.advance(Duration.ofDays(1));
    awaitState(first, "failed");
    assertThat(webhook("disabled_at")).as("has failed for a day").isEqualTo("null");
    CLOCK.advance(Duration.ofDays(4));
    Told second = Told.batch(erp, 1).fail(1);
    await().until(() -> second.delivery("tries").equals("1"));
    assertThat(webhook("disabled_at")).as("the first try of another").isEqualTo("null");
    Told waiting = Told.batch(erp, 1).fail(1);
    await().until(() -> waiting.delivery("tries").equals("1"));

    lastTry(second);
    CLOCK.advance(Duration.ofMinutes(1));

    awaitState(second, "failed");
    awaitState(waiting, "failed");
    assertThat(webhook("disabled_reason")).isEqualTo("every post has failed for 5 days");
    assertThat(waiting.delivery("last_error"))
        .isEqualTo("switched off: every post has failed for 5 days");
    assertThat(output).contains("ERROR").contains("webhook switched off api_key=" + erp.id());
    assertThat(
            Database.row(
                "select actor, detail ->> 'reason' from audit_log where action = 'webhook.disable' and subject = 'key/%s'"
                    .formatted(erp.id())))
        .containsExactly("system", "every post has failed for 5 days");
    Told missed = Told.batch(erp, 1).fail(1);
    assertThat(deliveries(missed)).as("nothing is kept for one that is off").isZero();

    receiver.answers(200);
    erp.call("POST", "/enable", null);
    JsonNode replayed =
        erp.call(
                "POST",
                "/replay",
                "{\"deliveries\":[\"whd_%s\"]}".formatted(waiting.delivery("id")))
            .json();

    assertThat(replayed.get("replayed").intValue()).isEqualTo(1);
    awaitState(waiting, "delivered");
  }

  @Test
  void goneSwitchesItOffAtOnce() {
    receiver.answers(410);
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);

    awaitState(told, "failed");

    assertThat(webhook("disabled_reason")).isEqualTo("its receiver answered 410 (Gone)");
    assertThat(told.delivery("last_status")).isEqualTo("410");
  }

  @Test
  void aReplayIsPostedWithTheSameIdAndBody() {
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);
    awaitState(told, "delivered");

    erp.call("POST", "/replay", "{\"since\":\"2026-01-01T00:00:00Z\"}");

    await().until(() -> receiver.got().size() == 2);
    awaitState(told, "delivered");
    assertThat(receiver.ids().get(1)).isEqualTo(receiver.ids().get(0));
    assertThat(text(receiver.got().get(1))).isEqualTo(text(receiver.got().get(0)));
  }

  @Test
  void aRevokedKeyIsToldNothingMore() {
    receiver.answers(500);
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);
    await().until(() -> told.delivery("tries").equals("1"));

    GATEWAY.admin("DELETE", "/v1/keys/" + erp.id(), null);
    Told later = Told.batch(erp, 1).fail(1);

    awaitState(told, "failed");
    awaitState(later, "failed");
    assertThat(later.delivery("last_error")).isEqualTo("the API key was revoked");
    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void aSlowReceiverHoldsUpNobodyElse() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger atOnce = new AtomicInteger();
    KeyHolder slow = KeyHolder.create(GATEWAY);
    try (Receiver tarPit = new Receiver()) {
      tarPit.answers(
          request -> {
            atOnce.incrementAndGet();
            awaitLatch(answer);
            return Receiver.status(200);
          });
      slow.put(tarPit.url());
      erp.put(receiver.url());
      Told many = Told.batch(slow, 100);
      IntStream.rangeClosed(1, 100).forEach(many::fail);
      await().until(() -> atOnce.get() == 8);

      List<Told> others = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        others.add(Told.batch(erp, 1).fail(1));
      }
      others.forEach(told -> awaitState(told, "delivered"));

      assertThat(atOnce).as("posts to one receiver at once").hasValue(8);
      answer.countDown();
      slow.call("DELETE", "", null);
    }
  }

  @Test
  void aFailingReceiverGetsOnePostAtATime() {
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger waiting = new AtomicInteger();
    receiver.answers(500);
    erp.put(receiver.url());
    Told first = Told.batch(erp, 1).fail(1);
    await().until(() -> !webhook("failing_since").equals("null"));
    receiver.answers(
        request -> {
          waiting.incrementAndGet();
          awaitLatch(answer);
          return Receiver.status(200);
        });

    Told many = Told.batch(erp, 20);
    Database.execute(
        """
        insert into send_failed select batch_id, seq, 'wh-mall', 'order-paid', openid, ref, data, 1, 'recipient', 43004, 'x', 'x', now(), 'w'
          from recipient where batch_id = %d
        """
            .formatted(many.batch().value()));
    await().until(() -> waiting.get() == 1);
    KeyHolder other = KeyHolder.create(GATEWAY);
    try (Receiver sentinel = new Receiver()) {
      other.put(sentinel.url());
      awaitState(Told.batch(other, 1).fail(1), "delivered");
    }

    assertThat(waiting).hasValue(1);
    answer.countDown();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                Database.count(
                        "webhook_delivery where state = 'delivered' and batch_id = "
                            + many.batch().value())
                    == 20);
    assertThat(first.state()).as("waits for its second try").isEqualTo("pending");
  }

  @Test
  void whatAGatewayHadClaimedWhenItDiedIsPostedWhenItsLeaseEnds() {
    erp.put(receiver.url(), "[\"batch.done\"]");
    long id =
        Long.parseLong(
            Database.value(
                """
                insert into webhook_delivery (api_key_id, event, batch_id, due_at, claimed_by)
                values ('%s', 'batch.done', %d, '%s', 'a gateway that is gone')
                returning id"""
                    .formatted(
                        erp.id(),
                        Told.batch(KeyHolder.create(GATEWAY), 1).fail(1).done().batch().value(),
                        CLOCK.instant().plusSeconds(120))));

    CLOCK.advance(Duration.ofSeconds(119));
    Told sentinel = Told.batch(erp, 1).fail(1).done();
    awaitState(sentinel, "delivered");
    assertThat(receiver.ids()).doesNotContain("whd_" + id);

    CLOCK.advance(Duration.ofSeconds(2));

    await().until(() -> receiver.ids().contains("whd_" + id));
  }

  @Test
  void aSecretThatCannotBeReadStopsItsWebhookOnly(CapturedOutput output) {
    KeyHolder broken = KeyHolder.create(GATEWAY);
    broken.put(receiver.url());
    Database.execute(
        "update webhook set secret = '\\x00'::bytea || secret where api_key_id = '%s'"
            .formatted(broken.id()));
    erp.put(receiver.url());
    Told unreadable = Told.batch(broken, 1).fail(1);
    Told told = Told.batch(erp, 1).fail(1);

    awaitState(told, "delivered");

    assertThat(unreadable.delivery("state || tries")).isEqualTo("pending0");
    assertThat(output)
        .containsOnlyOnce("api_key=" + broken.id() + " reason=\"its secret cannot be read");
    broken.call("POST", "/secret", null);
    awaitState(unreadable, "delivered");
  }

  @Test
  void postsAreCounted() {
    erp.put(receiver.url());
    double before = posts("delivered");

    awaitState(Told.batch(erp, 1).fail(1), "delivered");

    assertThat(posts("delivered")).isCloseTo(before + 1, within(0.0));
  }

  private static double posts(String result) {
    return GATEWAY
        .bean(MeterRegistry.class)
        .get("hongyan.webhook.posts")
        .tag("result", result)
        .counter()
        .count();
  }

  private static void lastTry(Told told) {
    Database.execute(
        "update webhook_delivery set tries = 6, due_at = '%s' where batch_id = %d"
            .formatted(CLOCK.instant().plusSeconds(1), told.batch().value()));
  }

  private static int deliveries(Told told) {
    return Database.count("webhook_delivery where batch_id = " + told.batch().value());
  }

  private static Instant dueAt(Told told) {
    return Instant.ofEpochMilli(
        Long.parseLong(told.delivery("(extract(epoch from due_at) * 1000)::bigint")));
  }

  private String webhook(String column) {
    return Database.value(
        "select coalesce(%s::text, 'null') from webhook where api_key_id = '%s'"
            .formatted(column, erp.id()));
  }

  static void awaitState(Told told, String state) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(told.state()).isEqualTo(state));
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String text(RecordedRequest request) {
    return String.valueOf(request.getBody() == null ? null : request.getBody().utf8());
  }

  private static JsonNode body(RecordedRequest request) {
    return JSON.readTree(text(request));
  }

  // Without the code under test.
  private static String hmac(String secret, String text) throws Exception {
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
  }
}
