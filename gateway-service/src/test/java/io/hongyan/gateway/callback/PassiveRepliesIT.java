package io.hongyan.gateway.callback;

import static io.hongyan.gateway.callback.ReplyingGateways.answered;
import static io.hongyan.gateway.callback.ReplyingGateways.replied;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.callback.KeptReply.Result;
import io.hongyan.gateway.callback.MessageHandler.Handled;
import io.hongyan.gateway.callback.ReplyingGateways.Gateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One answer for a message, whichever gateway WeChat asks, and whatever dies meanwhile. */
@Timeout(90)
class PassiveRepliesIT {

  private static final Answer WITHHELD = new Answer.Withheld();
  private static final Answer NOTHING = new Answer.Nothing();

  private final ReplyingGateways fixture = new ReplyingGateways();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  // Opened at the end, so that handlers which a test leaves hanging do not hold up its end.
  private final CountDownLatch over = new CountDownLatch(1);

  @AfterEach
  void close() {
    over.countDown();
    threads.close();
    fixture.close();
  }

  @Test
  void aThousandMessagesAskedThreeTimesOnTwoGatewaysRunOnceEach() throws Exception {
    ReplyProperties patient =
        ReplyingGateways.properties(
            Duration.ofMillis(2_500), Duration.ofSeconds(2), Duration.ofSeconds(2));
    MessageHandler slow =
        message -> {
          over.await(3, TimeUnit.SECONDS);
          return replied("to " + message.msgId());
        };
    Gateway one = fixture.gateway("one", patient, slow);
    Gateway two = fixture.gateway("two", patient, slow);
    List<Future<List<Answer>>> conversations = new ArrayList<>();

    for (int i = 0; i < 1_000; i++) {
      WeChatMessage message = fixture.text(i);
      Gateway first = i % 2 == 0 ? one : two;
      Gateway second = i % 2 == 0 ? two : one;
      conversations.add(
          threads.submit(
              () -> List.of(first.answer(message), second.answer(message), first.answer(message))));
    }

    for (int i = 0; i < 1_000; i++) {
      Answer reply = answered("to " + i);
      assertThat(conversations.get(i).get()).containsExactly(WITHHELD, reply, reply);
      assertThat(one.runs(fixture.text(i)) + two.runs(fixture.text(i))).isEqualTo(1);
    }
    assertThat(one.published.size() + two.published.size()).isEqualTo(1_000);
  }

  @Test
  void retriesInTheSameMillisecondOnTwoGatewaysRunOnce() throws Exception {
    Gateway one = fixture.gateway("one", message -> replied("from one"));
    Gateway two = fixture.gateway("two", message -> replied("from two"));

    for (int i = 0; i < 300; i++) {
      WeChatMessage message = fixture.text(i);

      List<Answer> answers =
          atOnce(
              () -> one.answer(message),
              () -> two.answer(message),
              () -> one.answer(message),
              () -> two.answer(message));

      assertThat(Set.copyOf(answers)).hasSize(1);
      assertThat(one.runs(message) + two.runs(message)).isEqualTo(1);
    }
    assertThat(one.runs()).as("both had some").isBetween(1, 299);
  }

  @Test
  void aHandlerSlowerThanWeChatIsAnsweredOnTheSecondTry() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Gateway gateway =
        fixture.gateway(
            "one",
            message -> {
              done.await();
              return replied("at last");
            });

    Answer first = gateway.answer(fixture.text(1));
    Future<Answer> second = threads.submit(() -> gateway.answer(fixture.text(1)));
    await().until(() -> gateway.count("hongyan.callback.joins") == 1);
    done.countDown();

    assertThat(first).isEqualTo(WITHHELD);
    assertThat(second.get()).isEqualTo(answered("at last"));
    assertThat(gateway.runs()).isEqualTo(1);
  }

  @Test
  void afterTheThirdTryNothingIsAnsweredWhereverTheTriesWere() throws Exception {
    MessageHandler endless = message -> hang();
    Gateway one = fixture.gateway("one", endless);
    Gateway two = fixture.gateway("two", endless);
    WeChatMessage alternating = fixture.text(1);
    WeChatMessage staying = fixture.text(2);

    assertThat(List.of(one.answer(alternating), two.answer(alternating), one.answer(alternating)))
        .containsExactly(WITHHELD, WITHHELD, NOTHING);
    assertThat(List.of(one.answer(staying), one.answer(staying), one.answer(staying)))
        .containsExactly(WITHHELD, WITHHELD, NOTHING);
    assertThat(one.runs() + two.runs()).isEqualTo(2);
  }

  @Test
  void theTryAfterOneThatDiedWithItsGatewayIsTheSecond() throws Exception {
    Gateway dying = fixture.gateway("dying", message -> hang());
    Gateway other = fixture.gateway("other", message -> hang());
    WeChatMessage message = fixture.text(1);
    Future<Answer> unheard = threads.submit(() -> dying.answer(message));
    await().until(() -> dying.runs() == 1);
    dying.die();

    assertThat(List.of(other.answer(message), other.answer(message)))
        .containsExactly(WITHHELD, NOTHING);
    assertThat(unheard.get()).isEqualTo(WITHHELD);
  }

  @Test
  void aRetryTakesOverWhenTheFirstGatewayDied() throws Exception {
    Gateway dying = fixture.gateway("dying", message -> hang());
    Gateway other = fixture.gateway("other", message -> replied("from the other"));
    WeChatMessage message = fixture.text(1);
    threads.submit(() -> dying.answer(message));
    await().until(() -> dying.runs() == 1);
    dying.die();
    long died = System.nanoTime();

    Answer answer = other.answer(message);

    assertThat(answer).isEqualTo(answered("from the other"));
    assertThat(Duration.ofNanos(System.nanoTime() - died))
        .isLessThan(Duration.ofMillis(900))
        .isGreaterThan(Duration.ofMillis(300));
    assertThat(other.count("hongyan.callback.takeovers")).isEqualTo(1);
  }

  @Test
  void aThousandRunsOfAGatewayThatDiedRunOnceMore() throws Exception {
    ReplyProperties patient =
        ReplyingGateways.properties(
            Duration.ofMillis(4_500), Duration.ofSeconds(1), Duration.ofSeconds(2));
    Gateway dying = fixture.gateway("dying", patient, message -> hang());
    Gateway one = fixture.gateway("one", patient, message -> replied("to " + message.msgId()));
    Gateway two = fixture.gateway("two", patient, message -> replied("to " + message.msgId()));
    for (int i = 0; i < 1_000; i++) {
      WeChatMessage message = fixture.text(i);
      threads.submit(() -> dying.answer(message));
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

    assertThat(atOnce(retries)).isEqualTo(expected);
    assertThat(one.runs() + two.runs()).isEqualTo(1_000);
  }

  @Test
  void aLivingOwnerIsNotTakenOverHoweverLongItTakes() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Gateway one =
        fixture.gateway(
            "one",
            message -> {
              done.await();
              return replied("slowly");
            });
    Gateway two = fixture.gateway("two", message -> replied("twice"));
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
    Future<Answer> late = threads.submit(() -> paused.answer(message));
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
  void aResultThatIsKnownHereNeedsNoRedis() throws Exception {
    Gateway gateway = fixture.gateway("one", message -> replied("hi"));
    WeChatMessage message = fixture.text(1);
    gateway.answer(message);
    fixture.redis.del(ReplyStore.key(message));
    gateway.proxy.stall();

    long began = System.nanoTime();
    assertThat(gateway.answer(message)).isEqualTo(answered("hi"));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(300));
    assertThat(gateway.runs()).isEqualTo(1);
  }

  @Test
  void withRedisAwayItRunsOnceOnEachGatewayAndSoon() throws Exception {
    Gateway one = fixture.gateway("one", message -> replied("hi"));
    Gateway two = fixture.gateway("two", message -> replied("hi"));
    one.proxy.cut();
    two.proxy.stall();
    WeChatMessage message = fixture.text(1);

    List<Answer> answers =
        List.of(one.answer(message), two.answer(message), one.answer(message), two.answer(message));

    assertThat(answers).containsOnly(answered("hi"));
    assertThat(one.runs()).isEqualTo(1);
    assertThat(two.runs()).isEqualTo(1);
    long began = System.nanoTime();
    for (int i = 10; i < 60; i++) {
      assertThat(two.answer(fixture.text(i))).isEqualTo(answered("hi"));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .as("one that does not answer is not asked for each message")
        .isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aRedisThatHangsHoldsUpNobodyForLong() throws Exception {
    Gateway gateway = fixture.gateway("one", message -> replied("hi"));
    gateway.answer(fixture.text(1));
    gateway.proxy.stall();
    List<Callable<Answer>> crowd = new ArrayList<>();
    for (int i = 100; i < 500; i++) {
      WeChatMessage message = fixture.text(i);
      crowd.add(() -> gateway.answer(message));
    }

    assertThat(atOnce(crowd)).as("in time, not withheld").containsOnly(answered("hi"));
  }

  @Test
  void withRedisAwayTriesThatComeAtOnceShareTheRun() throws Exception {
    AtomicInteger running = new AtomicInteger();
    Gateway gateway =
        fixture.gateway(
            "one",
            message -> {
              running.incrementAndGet();
              over.await(200, TimeUnit.MILLISECONDS);
              return replied("hi");
            });
    gateway.proxy.cut();
    WeChatMessage message = fixture.text(1);

    List<Answer> answers =
        atOnce(
            () -> gateway.answer(message),
            () -> gateway.answer(message),
            () -> gateway.answer(message));

    assertThat(answers).containsOnly(answered("hi"));
    assertThat(running).hasValue(1);
  }

  @Test
  void whenRedisGoesAwayInTheMiddleEachGatewayAnswersAndTheResultIsKeptWhenItIsBack()
      throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Gateway one =
        fixture.gateway(
            "one",
            message -> {
              done.await();
              return replied("from one");
            });
    Gateway two = fixture.gateway("two", message -> replied("from two"));
    WeChatMessage message = fixture.text(1);
    Future<Answer> first = threads.submit(() -> one.answer(message));
    await().until(() -> one.runs() == 1);
    Future<Answer> retry = threads.submit(() -> two.answer(message));
    await().until(() -> two.count("hongyan.callback.runs") == 0 && tries(message) == 2);

    one.proxy.cut();
    two.proxy.cut();

    // Nobody can say whether one lives; a lease's time later two goes on alone.
    assertThat(retry.get()).isIn(answered("from two"), WITHHELD);
    assertThat(two.answer(message)).isEqualTo(answered("from two"));
    done.countDown();
    assertThat(first.get()).isIn(answered("from one"), WITHHELD);
    assertThat(one.answer(message)).isEqualTo(answered("from one"));
    two.proxy.restore();
    await().until(() -> fixture.redis.hexists(ReplyStore.key(message), "result"));
    Gateway third = fixture.gateway("third", m -> replied("thrice"));
    assertThat(third.answer(message)).isEqualTo(answered("from two"));
    assertThat(one.runs() + two.runs() + third.runs()).isEqualTo(2);
  }

  @Test
  void aRunThatBeganWithRedisAwayIsSharedWhenItIsBack() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Gateway one =
        fixture.gateway(
            "one",
            message -> {
              done.await();
              return replied("from one");
            });
    Gateway two = fixture.gateway("two", message -> replied("from two"));
    WeChatMessage message = fixture.text(1);
    one.proxy.cut();
    threads.submit(() -> one.answer(message));
    await().until(() -> one.runs() == 1);

    one.proxy.restore();
    await().until(() -> fixture.redis.hexists(ReplyStore.key(message), "owner"));
    Future<Answer> retry = threads.submit(() -> two.answer(message));
    await().until(() -> tries(message) == 1);
    done.countDown();

    assertThat(retry.get()).isEqualTo(answered("from one"));
    assertThat(two.runs()).isZero();
  }

  @Test
  void aRunSurvivesThatRedisIsEmptied() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Gateway one =
        fixture.gateway(
            "one",
            message -> {
              done.await();
              return replied("from one");
            });
    Gateway two = fixture.gateway("two", message -> replied("from two"));
    WeChatMessage message = fixture.text(1);
    threads.submit(() -> one.answer(message));
    await().until(() -> one.runs() == 1);
    Future<Answer> waiting = threads.submit(() -> two.answer(message));
    await().until(() -> tries(message) == 2);

    fixture.redis.del(ReplyStore.key(message));
    await().until(() -> fixture.redis.hexists(ReplyStore.key(message), "owner"));
    done.countDown();

    assertThat(waiting.get()).isEqualTo(answered("from one"));
    assertThat(two.runs()).isZero();
  }

  @Test
  void whatFailedIsNotRunAgain() throws Exception {
    Gateway one =
        fixture.gateway(
            "one",
            message -> {
              throw new IllegalStateException("a handler's mistake");
            });
    Gateway two = fixture.gateway("two", message -> replied("twice"));

    assertThat(one.answer(fixture.text(1))).isEqualTo(NOTHING);
    assertThat(two.answer(fixture.text(1))).isEqualTo(NOTHING);

    assertThat(two.runs()).isZero();
    assertThat(one.published)
        .singleElement()
        .satisfies(r -> assertThat(r.result()).isEqualTo("failed"));
    assertThat(one.meters.counter("hongyan.callback.messages", "result", "failed").count())
        .isEqualTo(1);
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
  void aRunIsRecordedOnceWithWhatItCameTo() throws Exception {
    Gateway one = fixture.gateway("gw-one", message -> replied("hi"));
    Gateway two = fixture.gateway("gw-two", message -> replied("hi"));

    one.answer(fixture.text(7));
    two.answer(fixture.text(7));

    assertThat(two.published).isEmpty();
    assertThat(one.published)
        .singleElement()
        .satisfies(
            inbound -> {
              assertThat(inbound.account()).isEqualTo(fixture.account);
              assertThat(inbound.openid()).isEqualTo("o1");
              assertThat(inbound.msgId()).isEqualTo(7);
              assertThat(inbound.handler()).isEqualTo("default d");
              assertThat(inbound.reply()).isEqualTo("{\"type\":\"text\",\"content\":\"hi\"}");
              assertThat(inbound.result()).isEqualTo("replied");
              assertThat(inbound.gateway()).isEqualTo("gw-one");
              assertThat(inbound.body()).isEqualTo("<xml/>");
            });
  }

  @Test
  void aFollowIsNotAnsweredBeforeItIsSafe() throws Exception {
    Gateway gateway = fixture.gateway("one", message -> replied("welcome"));
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    gateway.queue = inbound -> confirm;

    Answer first = gateway.answer(fixture.event("subscribe"));
    confirm.complete(null);
    Answer second = gateway.answer(fixture.event("subscribe"));

    assertThat(first).isEqualTo(WITHHELD);
    assertThat(second).isEqualTo(answered("welcome"));
    assertThat(gateway.runs()).isEqualTo(1);
  }

  @Test
  void aFollowThatTheQueueRefusesIsOfferedAgainWithoutAnotherRun() throws Exception {
    Gateway gateway =
        fixture.gateway("one", message -> new Handled("none", new KeptReply(Result.NOTHING, null)));
    AtomicInteger offers = new AtomicInteger();
    gateway.queue =
        inbound ->
            offers.incrementAndGet() < 3
                ? CompletableFuture.failedFuture(new NotQueuedException("no room"))
                : CompletableFuture.completedFuture(null);

    assertThat(gateway.answer(fixture.event("unsubscribe"))).isEqualTo(WITHHELD);
    assertThat(gateway.answer(fixture.event("unsubscribe"))).isEqualTo(NOTHING);

    assertThat(offers).hasValue(3);
    assertThat(gateway.runs()).isEqualTo(1);
    assertThat(Set.copyOf(gateway.published)).as("the same record").hasSize(1);
  }

  @Test
  void anotherMessageDoesNotWaitForTheQueue() throws Exception {
    Gateway gateway = fixture.gateway("one", message -> replied("hi"));
    gateway.queue = inbound -> new CompletableFuture<>();

    assertThat(gateway.answer(fixture.text(1))).isEqualTo(answered("hi"));
  }

  @Test
  void onlyAKnownMessageIsAnsweredIfKnown() throws Exception {
    Gateway one = fixture.gateway("one", message -> replied("hi"));
    Gateway two = fixture.gateway("two", message -> replied("hi"));
    PassiveReplies replies = two.replies();

    assertThat(replies.answerIfKnown(fixture.text(1), System.nanoTime())).isEmpty();
    assertThat(fixture.redis.exists(ReplyStore.key(fixture.text(1)))).isFalse();
    one.answer(fixture.text(1));
    assertThat(replies.answerIfKnown(fixture.text(1), System.nanoTime())).contains(answered("hi"));
    two.proxy.cut();
    assertThat(replies.answerIfKnown(fixture.text(1), System.nanoTime())).contains(answered("hi"));
    assertThat(replies.answerIfKnown(fixture.text(2), System.nanoTime())).isEmpty();

    assertThat(two.runs()).isZero();
    assertThat(two.answer(fixture.text(2))).as("and may begin later").isEqualTo(answered("hi"));
  }

  @Test
  void aRequestThatMayBeginIsNotMisledByOneThatMayNot() throws Exception {
    Gateway gateway = fixture.gateway("one", message -> replied("hi"));
    for (int i = 0; i < 200; i++) {
      WeChatMessage message = fixture.text(i);

      List<Answer> answers =
          atOnce(
              () ->
                  gateway
                      .replies()
                      .answerIfKnown(message, System.nanoTime())
                      .orElse(answered("hi")),
              () -> gateway.answer(message));

      assertThat(answers).containsOnly(answered("hi"));
      assertThat(gateway.runs(message)).isEqualTo(1);
    }
  }

  @Test
  void aKnownMessageWhoseGatewayDiedIsTakenOver() throws Exception {
    Gateway dying = fixture.gateway("dying", message -> hang());
    Gateway other = fixture.gateway("other", message -> replied("from the other"));
    threads.submit(() -> dying.answer(fixture.text(1)));
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
    threads.submit(() -> stopping.answer(fixture.text(1)));
    await().until(() -> stopping.runs() == 1);

    Future<?> stopped = threads.submit(() -> stopping.replies().stop());
    await().until(() -> !stopping.replies().isRunning());
    done.countDown();
    stopped.get();

    assertThat(other.answer(fixture.text(1))).isEqualTo(answered("before the end"));
    assertThat(other.runs()).isZero();
  }

  @Test
  void longKeysAreHashedAndAccountsKeptApart() {
    WeChatMessage message = fixture.event("CLICK");
    WeChatMessage longKey =
        new WeChatMessage(
            message.account(),
            message.toUser(),
            message.fromUser(),
            message.createTime(),
            "event",
            "CLICK",
            "k".repeat(200),
            null,
            null,
            message.fields(),
            message.body());

    assertThat(ReplyStore.key(message)).startsWith("hongyan:reply:" + fixture.account + ":event|");
    assertThat(ReplyStore.key(longKey))
        .matches("hongyan:reply:" + fixture.account + ":[0-9a-f]{64}");
  }

  private Handled hang() throws InterruptedException {
    over.await();
    return replied("too late");
  }

  private int tries(WeChatMessage message) {
    String tries = fixture.redis.hget(ReplyStore.key(message), "tries");
    return tries == null ? 0 : Integer.parseInt(tries);
  }

  @SafeVarargs
  private List<Answer> atOnce(Callable<Answer>... calls) throws Exception {
    return atOnce(List.of(calls));
  }

  private List<Answer> atOnce(List<Callable<Answer>> calls) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(calls.size());
    List<Future<Answer>> futures = new ArrayList<>();
    for (Callable<Answer> call : calls) {
      futures.add(
          threads.submit(
              () -> {
                barrier.await();
                return call.call();
              }));
    }
    List<Answer> answers = new ArrayList<>();
    for (Future<Answer> future : futures) {
      answers.add(future.get());
    }
    return answers;
  }
}
