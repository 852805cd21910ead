package io.hongyan.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** Receivers that fail: tries, one at a time, until it is told or given up, and switching off. */
@ExtendWith(OutputCaptureExtension.class)
class WebhookFailuresIT {

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

    told.awaitState("failed");
    assertThat(told.delivery("tries")).isEqualTo("7");
    assertThat(told.delivery("last_error")).isEqualTo("answered 500");
    assertThat(told.delivery("due_at")).isEqualTo("null");
    assertThat(new HashSet<>(receiver.ids())).containsExactly("whd_" + told.delivery("id"));
    assertThat(receiver.got().stream().map(Receiver::text).distinct()).hasSize(1);
    assertThat(erp.webhook("disabled_at")).as("one day of failures").isEqualTo("null");
    assertThat(erp.webhook("failing_since")).isNotEqualTo("null");
  }

  @Test
  void aSuccessEndsTheFailing() {
    receiver.answers(503);
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);
    await().until(() -> !erp.webhook("failing_since").equals("null"));

    receiver.answers(200);
    CLOCK.advance(Duration.ofSeconds(6));

    told.awaitState("delivered");
    assertThat(erp.webhook("failing_since")).isEqualTo("null");
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
    first.awaitState("failed");
    assertThat(erp.webhook("disabled_at")).as("has failed for a day").isEqualTo("null");
    CLOCK.advance(Duration.ofDays(4));
    Told second = Told.batch(erp, 1).fail(1);
    await().until(() -> second.delivery("tries").equals("1"));
    assertThat(erp.webhook("disabled_at")).as("the first try of another").isEqualTo("null");
    Told waiting = Told.batch(erp, 1).fail(1);
    await().until(() -> waiting.delivery("tries").equals("1"));

    lastTry(second);
    CLOCK.advance(Duration.ofMinutes(1));

    second.awaitState("failed");
    waiting.awaitState("failed");
    assertThat(erp.webhook("disabled_reason")).isEqualTo("every post has failed for 5 days");
    assertThat(waiting.delivery("last_error"))
        .isEqualTo("switched off: every post has failed for 5 days");
    assertThat(output).contains("ERROR").contains("webhook switched off api_key=" + erp.id());
    assertThat(
            Database.row(
                "select actor, detail ->> 'reason' from audit_log where action = 'webhook.disable' and subject = 'key/%s'"
                    .formatted(erp.id())))
        .containsExactly("system", "every post has failed for 5 days");

    receiver.answers(200);
    erp.call("POST", "/enable", null);
    JsonNode replayed = replay(waiting);

    assertThat(replayed.get("replayed").intValue()).isEqualTo(1);
    waiting.awaitState("delivered");
  }

  @Test
  void oneThatWaitsAfterFailuresIsPostedAtOnceIfItIsNamed() {
    receiver.answers(500);
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);
    await().until(() -> told.delivery("tries").equals("1"));
    lastTry(told);
    CLOCK.advance(Duration.ofSeconds(2));
    told.awaitState("failed");
    replay(told);
    await().until(() -> told.delivery("tries").equals("1"));

    receiver.answers(200);
    JsonNode replayed = replay(told);

    assertThat(replayed.get("replayed").intValue()).isEqualTo(1);
    told.awaitState("delivered");
  }

  @Test
  void whatItMissedWhileItWasSwitchedOffAReplayBrings() {
    receiver.answers(410);
    erp.put(receiver.url());
    Told.batch(erp, 1).fail(1).awaitState("failed");
    assertThat(erp.webhook("disabled_at")).isNotEqualTo("null");
    Told missed = Told.batch(erp, 1).fail(1);
    assertThat(missed.delivery("state || ', ' || last_error")).isEqualTo("failed, switched off");

    receiver.answers(200);
    erp.call("POST", "/enable", null);
    Told.batch(erp, 1).fail(1).awaitState("delivered");
    assertThat(missed.state()).as("not by itself").isEqualTo("failed");
    erp.call("POST", "/replay", "{\"since\":\"2026-01-01T00:00:00Z\"}");

    missed.awaitState("delivered");
    assertThat(receiver.ids()).contains("whd_" + missed.delivery("id"));
    assertThat(missed.delivery("last_error")).isEqualTo("null");
  }

  @Test
  void goneSwitchesItOffAtOnce() {
    receiver.answers(410);
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);

    told.awaitState("failed");

    assertThat(erp.webhook("disabled_reason")).isEqualTo("its receiver answered 410 (Gone)");
    assertThat(told.delivery("last_status")).isEqualTo("410");
  }

  @Test
  void aRevokedKeyIsToldNothingMore() {
    receiver.answers(500);
    erp.put(receiver.url());
    Told told = Told.batch(erp, 1).fail(1);
    await().until(() -> told.delivery("tries").equals("1"));

    GATEWAY.admin("DELETE", "/v1/keys/" + erp.id(), null);
    Told later = Told.batch(erp, 1).fail(1);

    told.awaitState("failed");
    later.awaitState("failed");
    assertThat(later.delivery("last_error")).isEqualTo("the API key was revoked");
    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void aFailingReceiverGetsOnePostAtATime() {
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger waiting = new AtomicInteger();
    receiver.answers(500);
    erp.put(receiver.url());
    Told first = Told.batch(erp, 1).fail(1);
    await().until(() -> !erp.webhook("failing_since").equals("null"));
    receiver.answers(
        request -> {
          waiting.incrementAndGet();
          Receiver.hold(answer);
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
      Told.batch(other, 1).fail(1).awaitState("delivered");
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

  private static void lastTry(Told told) {
    Database.execute(
        "update webhook_delivery set tries = 6, due_at = '%s' where batch_id = %d"
            .formatted(CLOCK.instant().plusSeconds(1), told.batch().value()));
  }

  private JsonNode replay(Told told) {
    return erp.call(
            "POST", "/replay", "{\"deliveries\":[\"whd_%s\"]}".formatted(told.delivery("id")))
        .json();
  }

  private static Instant dueAt(Told told) {
    return Instant.ofEpochMilli(
        Long.parseLong(told.delivery("(extract(epoch from due_at) * 1000)::bigint")));
  }
}
