package io.hongyan.gateway.callback;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers while Redis is away, hangs, comes back and has forgotten. */
@Timeout(90)
class PassiveRepliesWithoutRedisIT {

  private final ReplyingGateways fixture = new ReplyingGateways();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aResultThatIsKnownHereNeedsNoRedis() throws Exception {
    Duration redisTimeout = Duration.ofSeconds(2);
    ReplyProperties patient =
        ReplyingGateways.properties(Duration.ofMillis(4_500), Duration.ofSeconds(2), redisTimeout);
    Gateway gateway = fixture.gateway("one", patient, message -> replied("hi"));
    WeChatMessage message = fixture.text(1);
    gateway.answer(message);
    fixture.redis.del(ReplyStore.key(message));
    gateway.proxy.stall();

    long began = System.nanoTime();
    assertThat(gateway.answer(message)).isEqualTo(answered("hi"));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(redisTimeout);
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

    assertThat(fixture.atOnce(crowd)).as("in time, not withheld").containsOnly(answered("hi"));
  }

  @Test
  void withRedisAwayTriesThatComeAtOnceShareTheRun() throws Exception {
    AtomicInteger running = new AtomicInteger();
    Gateway gateway =
        fixture.gateway(
            "one",
            message -> {
              running.incrementAndGet();
              fixture.over.await(200, TimeUnit.MILLISECONDS);
              return replied("hi");
            });
    gateway.proxy.cut();
    WeChatMessage message = fixture.text(1);

    List<Answer> answers =
        fixture.atOnce(
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
    Future<Answer> first = fixture.threads.submit(() -> one.answer(message));
    await().until(() -> one.runs() == 1);
    Future<Answer> retry = fixture.threads.submit(() -> two.answer(message));
    await().until(() -> two.count("hongyan.callback.runs") == 0 && fixture.tries(message) == 2);

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
    fixture.threads.submit(() -> one.answer(message));
    await().until(() -> one.runs() == 1);

    one.proxy.restore();
    await().until(() -> fixture.redis.hexists(ReplyStore.key(message), "owner"));
    Future<Answer> retry = fixture.threads.submit(() -> two.answer(message));
    await().until(() -> fixture.tries(message) == 1);
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
    fixture.threads.submit(() -> one.answer(message));
    await().until(() -> one.runs() == 1);
    Future<Answer> waiting = fixture.threads.submit(() -> two.answer(message));
    await().until(() -> fixture.tries(message) == 2);

    fixture.redis.del(ReplyStore.key(message));
    await().until(() -> fixture.redis.hexists(ReplyStore.key(message), "owner"));
    done.countDown();

    assertThat(waiting.get()).isEqualTo(answered("from one"));
    assertThat(two.runs()).isZero();
  }
}
