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
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One answer for a message, whichever gateway WeChat asks. */
@Timeout(90)
class PassiveRepliesIT {

  private final ReplyingGateways fixture = new ReplyingGateways();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aThousandMessagesAskedThreeTimesOnTwoGatewaysRunOnceEach() throws Exception {
    ReplyProperties patient =
        ReplyingGateways.properties(
            Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofSeconds(2));
    // No run ends before every first try has been given up, however late that is.
    CountDownLatch givenUp = new CountDownLatch(1_000);
    MessageHandler slow =
        message -> {
          givenUp.await();
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
          fixture.threads.submit(
              () -> {
                Answer withheld = first.answer(message);
                givenUp.countDown();
                return List.of(withheld, second.answer(message), first.answer(message));
              }));
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
      // Who comes last to the barrier goes first.
      Gateway early = i % 2 == 0 ? one : two;
      Gateway late = i % 2 == 0 ? two : one;

      List<Answer> answers =
          fixture.atOnce(
              () -> early.answer(message),
              () -> late.answer(message),
              () -> early.answer(message),
              () -> late.answer(message));

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
            ReplyingGateways.brisk(),
            message -> {
              done.await();
              return replied("at last");
            });

    Answer first = gateway.answer(fixture.text(1));
    Future<Answer> second = fixture.threads.submit(() -> gateway.answer(fixture.text(1)));
    await().until(() -> gateway.count("hongyan.callback.joins") == 1);
    done.countDown();

    assertThat(first).isEqualTo(WITHHELD);
    assertThat(second.get()).isEqualTo(answered("at last"));
    assertThat(gateway.runs()).isEqualTo(1);
  }

  @Test
  void afterTheThirdTryNothingIsAnsweredWhereverTheTriesWere() throws Exception {
    MessageHandler endless = message -> fixture.hang();
    Gateway one = fixture.gateway("one", ReplyingGateways.brisk(), endless);
    Gateway two = fixture.gateway("two", ReplyingGateways.brisk(), endless);
    WeChatMessage alternating = fixture.text(1);
    WeChatMessage staying = fixture.text(2);

    Future<List<Answer>> alternately =
        fixture.threads.submit(
            () ->
                List.of(one.answer(alternating), two.answer(alternating), one.answer(alternating)));
    assertThat(List.of(one.answer(staying), one.answer(staying), one.answer(staying)))
        .containsExactly(WITHHELD, WITHHELD, NOTHING);
    assertThat(alternately.get()).containsExactly(WITHHELD, WITHHELD, NOTHING);
    assertThat(one.runs() + two.runs()).isEqualTo(2);
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
          fixture.atOnce(
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
}
