package io.hongyan.gateway.callback;

import static io.hongyan.gateway.callback.ReplyingGateways.NOTHING;
import static io.hongyan.gateway.callback.ReplyingGateways.WITHHELD;
import static io.hongyan.gateway.callback.ReplyingGateways.answered;
import static io.hongyan.gateway.callback.ReplyingGateways.replied;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.callback.ReplyingGateways.Gateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs of gateways that die, break, pause and stop, and who takes them over. */
@Timeout(90)
class ReplyLeasesIT {

  private final ReplyingGateways fixture = new ReplyingGateways();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void theTryAfterOneThatDiedWithItsGatewayIsTheSecond() throws Exception {
    Gateway dying = fixture.gateway("dying", ReplyingGateways.brisk(), message -> fixture.hang());
    Gateway other = fixture.gateway("other", ReplyingGateways.brisk(), message -> fixture.hang());
    WeChatMessage message = fixture.text(1);
    Future<Answer> unheard = fixture.threads.submit(() -> dying.answer(message));
    await().until(() -> dying.runs() == 1);
    dying.die();

    assertThat(List.of(other.answer(message), other.answer(message)))
        .containsExactly(WITHHELD, NOTHING);
    assertThat(unheard.get()).isEqualTo(WITHHELD);
  }

  @Test
  void aRetryTakesOverWhenTheFirstGatewayDied() throws Exception {
    Gateway dying = fixture.gateway("dying", message -> fixture.hang());
    Gateway other = fixture.gateway("other", message -> replied("from the other"));
    WeChatMessage message = fixture.text(1);
    fixture.threads.submit(() -> dying.answer(message));
    await().until(() -> dying.runs() == 1);
    dying.die();
    long died = System.nanoTime();

    Answer answer = other.answer(message);

    assertThat(answer).isEqualTo(answered("from the other"));
    assertThat(Duration.ofNanos(System.nanoTime() - died))
        .as("a lease, of which a part may be over; and in time, not withheld")
        .isLessThan(Duration.ofMillis(4_500))
        .isGreaterThan(Duration.ofSeconds(1));
    assertThat(other.count("hongyan.callback.takeovers")).isEqualTo(1);
  }

  @Test
  void aThousandRunsOfAGatewayThatDiedRunOnceMore() throws Exception {
    ReplyProperties patient =
        ReplyingGateways.properties(
            Duration.ofSeconds(15), Duration.ofSeconds(3), Duration.ofSeconds(2));
    Gateway dying = fixture.gateway("dying", patient, message -> fixture.hang());
    Gateway one = fixture.gateway("one", patient, message -> replied("to " + message.msgId()));
    Gateway two = fixture.gateway("two", patient, message -> replied("to " + message.msgId()));
    for (int i = 0; i < 1_000; i++) {
      WeChatMessage message = fixture.text(i);
      fixture.threads.submit(() -> dying.answer(message));
    }
    await().until(() -> dying.runs() == 1_000);
    dying.die();

    List<Callable<Answer>> retries = new ArrayList<>();
    List<Answer> expected = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      WeChatMessage message = fixture.text(i);
      retries.add(() -> one.answer(message));
      retries.add(() -> two.answer(message));
      expected.addAll(List.of(answered("to " + i), answered("to " + i)));
    }

    assertThat(fixture.atOnce(retries)).isEqualTo(expected);
    assertThat(one.runs() + two.runs()).isEqualTo(1_000);
  }

  @Test
  void aLivingOwnerIsNotTakenOverHoweverLongItTakes() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Gateway one =
        fixture.gateway(
            "one",
            ReplyingGateways.brisk(),
            message -> {
              done.await();
              return replied("slowly");
            });
    Gateway two = fixture.gateway("two", ReplyingGateways.brisk(), message -> replied("twice"));
    WeChatMessage message = fixture.text(1);

    assertThat(one.answer(message)).isEqualTo(WITHHELD);
    assertThat(two.answer(message)).isEqualTo(WITHHELD);
    assertThat(two.runs()).as("after three leases' time").isZero();
    done.countDown();

    assertThat(two.answer(message)).isEqualTo(answered("slowly"));
    assertThat(two.runs()).isZero();
  }

  @Test
  void anOwnerThatWasPausedDoesNotOverwriteWhoTookOver() throws Exception {
    CountDownLatch resumed = new CountDownLatch(1);
    Gateway paused =
        fixture.gateway(
            "paused",
            message -> {
              if (message.key().equals(fixture.text(1).key())) {
                resumed.await();
              }
              return replied("from the paused one");
            });
    Gateway other = fixture.gateway("other", message -> replied("from the other"));
    WeChatMessage message = fixture.text(1);
    Future<Answer> late = fixture.threads.submit(() -> paused.answer(message));
    await().until(() -> paused.runs() == 1);

    paused.proxy.stall();
    assertThat(other.answer(message)).isEqualTo(answered("from the other"));
    paused.proxy.restore();
    other.answer(fixture.text(2));
    await()
        .until(
            () -> paused.replies().answerIfKnown(fixture.text(2), System.nanoTime()).isPresent());
    resumed.countDown();

    await().untilAsserted(() -> assertThat(paused.published).hasSize(1));
    assertThat(paused.answer(message)).isEqualTo(answered("from the other"));
    assertThat(fixture.gateway("third", m -> replied("thrice")).answer(message))
        .isEqualTo(answered("from the other"));
    assertThat(late.get()).isIn(WITHHELD, answered("from the other"));
  }

  @Test
  void aRunThatBreaksIsGivenBack() throws Exception {
    Gateway broken =
        fixture.gateway(
            "broken",
            message -> {
              throw new OutOfMemoryError("as a test");
            });
    Gateway other = fixture.gateway("other", message -> replied("from the other"));
    WeChatMessage message = fixture.text(1);

    assertThat(broken.answer(message)).isEqualTo(WITHHELD);

    assertThat(broken.meters.get("hongyan.callback.under.way").gauge().value()).isZero();
    assertThat(other.answer(message)).isEqualTo(answered("from the other"));
  }

  @Test
  void aKnownMessageWhoseGatewayDiedIsTakenOver() throws Exception {
    Gateway dying = fixture.gateway("dying", message -> fixture.hang());
    Gateway other = fixture.gateway("other", message -> replied("from the other"));
    fixture.threads.submit(() -> dying.answer(fixture.text(1)));
    await().until(() -> dying.runs() == 1);
    dying.die();

    assertThat(other.replies().answerIfKnown(fixture.text(1), System.nanoTime()))
        .contains(answered("from the other"));
  }

  @Test
  void aGatewayThatStopsEndsItsRunsAndKeepsTheirResults() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Gateway stopping =
        fixture.gateway(
            "stopping",
            message -> {
              done.await();
              return replied("before the end");
            });
    Gateway other = fixture.gateway("other", message -> replied("twice"));
    fixture.threads.submit(() -> stopping.answer(fixture.text(1)));
    await().until(() -> stopping.runs() == 1);

    Future<?> stopped = fixture.threads.submit(() -> stopping.replies().stop());
    await().until(() -> !stopping.replies().isRunning());
    done.countDown();
    stopped.get();

    assertThat(other.answer(fixture.text(1))).isEqualTo(answered("before the end"));
    assertThat(other.runs()).isZero();
  }
}
