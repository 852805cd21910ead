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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is posted and when: one gateway, with a clock of the test's, against a real database. */
@ExtendWith(OutputCaptureExtension.class)
class WebhookPostsIT {

  private static final JsonMapper JSON = new JsonMapper();
  private static final SettableClock CLOCK = PostingGateway.clock();
  private static final RunningGateway GATEWAY = PostingGateway.start(CLOCK);

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

    told.awaitState("delivered");

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
                        + Receiver.text(request)));
    assertThat(told.delivery("last_status")).isEqualTo("204");
    assertThat(told.delivery("tries")).isEqualTo("1");
  }

  @Test
  void tellsOfABatchThatIsDoneWithItsNumbers() {
    erp.put(receiver.url(), "[\"batch.done\"]");
    Told told = Told.batch(erp, 3).succeed(1).succeed(2).fail(3);
    Database.execute(
        "update batch_progress set delivered = 1, ambiguous = 1 where batch_id = "
            + told.batch().value());
    told.done();

    told.awaitState("delivered");

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
            "ambiguous",
            "finishedAt",
            "failuresByClass");
    assertThat(data.get("batchId").stringValue()).isEqualTo(told.batch().toString());
    assertThat(data.get("state").stringValue()).isEqualTo("done");
    assertThat(data.get("total").intValue()).isEqualTo(3);
    assertThat(data.get("succeeded").intValue()).isEqualTo(2);
    assertThat(data.get("failed").intValue()).isEqualTo(1);
    assertThat(data.get("delivered").intValue()).isEqualTo(1);
    assertThat(data.get("undelivered").intValue()).isZero();
    assertThat(data.get("ambiguous").intValue()).isEqualTo(1);
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

    told.awaitState("delivered");

    JsonNode data = body(receiver.got().getFirst()).get("data");
    assertThat(data.get("messageId").stringValue()).isEqualTo(told.batch() + "-1");
    assertThat(data.get("openid").stringValue()).isEqualTo("o1");
    assertThat(data.get("status").stringValue()).isEqualTo("failed:user block");
    JsonNode shown = GATEWAY.admin("GET", "/v1/messages/%s-1".formatted(told.batch()), null).json();
    assertThat(data.get("advice").stringValue()).contains("use another channel");
    assertThat(data.get("advice")).isEqualTo(shown.get("receipt").get("advice"));
    assertThat(data.get("adviceZh").stringValue()).contains("请改用其他渠道");
    assertThat(data.get("adviceZh")).isEqualTo(shown.get("receipt").get("adviceZh"));
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

    told.awaitState("void");
    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void aReplayIsPostedWithTheSameIdAndBody() {
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);
    told.awaitState("delivered");

    erp.call("POST", "/replay", "{\"since\":\"2026-01-01T00:00:00Z\"}");

    await().until(() -> receiver.got().size() == 2);
    told.awaitState("delivered");
    assertThat(receiver.ids().get(1)).isEqualTo(receiver.ids().get(0));
    assertThat(Receiver.text(receiver.got().get(1)))
        .isEqualTo(Receiver.text(receiver.got().get(0)));
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
            Receiver.hold(answer);
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
      others.forEach(told -> told.awaitState("delivered"));

      assertThat(atOnce).as("posts to one receiver at once").hasValue(8);
      answer.countDown();
      slow.call("DELETE", "", null);
    }
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
    sentinel.awaitState("delivered");
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

    told.awaitState("delivered");

    assertThat(unreadable.delivery("state || tries")).isEqualTo("pending0");
    assertThat(output)
        .containsOnlyOnce("api_key=" + broken.id() + " reason=\"its secret cannot be read");
    broken.call("POST", "/secret", null);
    unreadable.awaitState("delivered");
  }

  @Test
  void postsAreCounted() {
    erp.put(receiver.url());
    double before = posts("delivered");

    Told.batch(erp, 1).fail(1).awaitState("delivered");

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

  private static JsonNode body(RecordedRequest request) {
    return JSON.readTree(Receiver.text(request));
  }

  // Without the code under test.
  private static String hmac(String secret, String text) throws Exception {
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
  }
}
