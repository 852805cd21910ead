package io.hongyan.gateway.callback;

import static io.hongyan.gateway.callback.ReplyingGateways.answered;
import static io.hongyan.gateway.callback.RuledAccount.DEFAULT;
import static io.hongyan.gateway.callback.RuledAccount.replied;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.gateway.callback.KeptReply.Result;
import io.hongyan.gateway.callback.MessageHandler.Handled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What no rule answers: the internal system is asked, and may be slow, wrong or away. */
@Timeout(60)
class ForwardsIT {

  private static RunningGateway gateway;

  private final MockWebServer system = new MockWebServer();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);
  private RuledAccount account;

  @BeforeAll
  static void startGateway() {
    gateway =
        RunningGateway.start(
            Map.of(
                "hongyan.outbound.allow-private-addresses", "true",
                "hongyan.reply.forward-timeout", "2s",
                "hongyan.reply.forwards-at-once", "2"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @BeforeEach
  void start() throws Exception {
    account = RuledAccount.of(gateway);
    system.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    threads.close();
    system.close();
  }

  @Test
  void whatNoRuleAnswersGoesToTheInternalSystem() throws Exception {
    forwardHere();
    account.keyword("k", "exact", "known", 0, "by rule", true);
    account.put("d", DEFAULT);
    answerWith(ok("{\"type\":\"text\",\"content\":\"from inside\",\"newer\":1}"));
    WeChatMessage message = account.text("unknown");

    assertThat(account.handle(account.text("known"))).isEqualTo(replied("keyword k", "by rule"));
    assertThat(account.handle(message)).isEqualTo(replied("forward", "from inside"));

    assertThat(system.getRequestCount()).isEqualTo(1);
    RecordedRequest request = system.takeRequest();
    assertThat(request.getHeaders().get("Idempotency-Key"))
        .isEqualTo(request.getHeaders().get("webhook-id"))
        .isEqualTo(ReplyStore.hash(account.id() + "|" + message.key()));
    assertThat(request.getHeaders().get("webhook-signature")).startsWith("v1,");
    JsonNode body = new JsonMapper().readTree(Objects.requireNonNull(request.getBody()).utf8());
    assertThat(body.get("account").stringValue()).isEqualTo(account.id());
    assertThat(body.get("openid").stringValue()).isEqualTo("o1");
    assertThat(body.get("type").stringValue()).isEqualTo("text");
    assertThat(body.get("event").isNull()).isTrue();
    assertThat(body.get("msgId").stringValue()).isEqualTo("6054768590064713728");
    assertThat(body.get("createdAt").stringValue()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(body.get("content").stringValue()).isEqualTo("unknown");
    assertThat(body.get("fields").get("Content").stringValue()).isEqualTo("unknown");
  }

  @Test
  void aRuleMayForwardAndIsPassedOverWhereThereIsNoInternalSystem() throws Exception {
    account.put(
        "a",
        "{\"on\":\"keyword\",\"match\":\"contains\",\"pattern\":\"x\",\"reply\":{\"type\":\"forward\"}}");
    account.keyword("b", "contains", "x", 0, "by rule", true);
    account.put("c", "{\"on\":\"default\",\"position\":-1,\"reply\":{\"type\":\"forward\"}}");
    account.put("d", DEFAULT);

    assertThat(account.handle(account.text("x"))).isEqualTo(replied("keyword b", "by rule"));
    assertThat(account.handle(account.text("y"))).isEqualTo(replied("default d", "no idea"));
    forwardHere();
    answerWith(ok("{\"type\":\"image\",\"mediaId\":\"m1\"}"));
    assertThat(account.handle(account.text("x")).reply().reply())
        .isEqualTo(new PassiveReply.Image("m1"));
  }

  @Test
  void theInternalSystemMayHaveNothingToSay() throws Exception {
    forwardHere();
    account.put("d", DEFAULT);
    Handled nothing = new Handled("forward", new KeptReply(Result.NOTHING, null));

    answerWith(new MockResponse.Builder().code(204).build());
    assertThat(account.handle(account.text("x"))).isEqualTo(nothing);
    answerWith(ok(""));
    assertThat(account.handle(account.event("LOCATION"))).isEqualTo(nothing);
    int asked = system.getRequestCount();
    assertThat(account.handle(account.event("unsubscribe")).handler()).isEqualTo("none");
    assertThat(system.getRequestCount()).isEqualTo(asked);
  }

  @Test
  void whateverElseTheInternalSystemDoesTheDefaultReplyGoesOut() throws Exception {
    forwardHere();
    account.put("d", DEFAULT);
    Handled failed =
        new Handled("forward", new KeptReply(Result.FAILED, new PassiveReply.Text("no idea")));
    List<MockResponse> odd =
        List.of(
            new MockResponse.Builder().code(500).body("{}").build(),
            new MockResponse.Builder().code(302).addHeader("Location", "/elsewhere").build(),
            new MockResponse.Builder().code(201).body("{\"type\":\"text\"}").build(),
            ok("success"),
            ok("null"),
            ok("[]"),
            ok("\"text\""),
            ok("{\"type\":\"text\",\"content\":\"x\"} trailing"),
            ok("{\"type\":\"video\"}"),
            ok("{\"type\":\"text\",\"content\":\"%s\"}".formatted("x".repeat(2_049))),
            ok("{\"type\":\"text\",\"content\":\"%s\"}".formatted("x".repeat(70_000))),
            ok("[".repeat(60_000)),
            ok("{\"type\":\"news\",\"articles\":[{\"title\":\"t\",\"url\":\"javascript:x\"}]}"),
            new MockResponse.Builder().headersDelay(4, TimeUnit.SECONDS).build(),
            new MockResponse.Builder()
                .onResponseStart(new mockwebserver3.SocketEffect.CloseSocket())
                .build());

    for (MockResponse response : odd) {
      answerWith(response);
      assertThat(account.handle(account.text("x"))).as(response.toString()).isEqualTo(failed);
    }
    assertThat(account.handle(account.event("LOCATION")))
        .isEqualTo(new Handled("forward", new KeptReply(Result.FAILED, null)));
    system.close();
    assertThat(account.handle(account.text("x"))).isEqualTo(failed);
  }

  @Test
  void aSlowInternalSystemHoldsUpItsOwnAccountOnly() throws Exception {
    forwardHere();
    account.put("d", DEFAULT);
    CountDownLatch asked = new CountDownLatch(2);
    system.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            asked.countDown();
            over.await();
            return ok("");
          }
        });
    List<Future<Handled>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(threads.submit(() -> account.handle(account.text("x"))));
    }
    asked.await();

    long began = System.nanoTime();
    Handled third = account.handle(account.text("x"));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1_500));
    assertThat(third.reply().result()).isEqualTo(Result.FAILED);
    assertThat(third.reply().reply()).isEqualTo(new PassiveReply.Text("no idea"));
    assertThat(system.getRequestCount()).isEqualTo(2);
    for (Future<Handled> timedOut : waiting) {
      assertThat(timedOut.get().reply().result()).isEqualTo(Result.FAILED);
    }
    over.countDown();
    assertThat(account.handle(account.text("x")).reply().result())
        .as("its places are free again")
        .isEqualTo(Result.NOTHING);
  }

  @Test
  void theWholeGatewayAnswersAMessageOnce() throws Exception {
    forwardHere();
    answerWith(ok("{\"type\":\"text\",\"content\":\"from inside\"}"));
    PassiveReplies replies = gateway.bean(PassiveReplies.class);

    for (int i = 0; i < 3; i++) {
      assertThat(replies.answer(account.text("x"), System.nanoTime()))
          .isEqualTo(answered("from inside"));
    }

    assertThat(system.getRequestCount()).isEqualTo(1);
  }

  private void forwardHere() {
    Answer stored =
        gateway.admin(
            "PUT",
            "/v1/accounts/" + account.id() + "/callback",
            "{\"mode\":\"plain\",\"token\":\"abc123\",\"replyUrl\":\"%s\"}"
                .formatted(system.url("/reply")));
    assertThat(stored.status()).isIn(200, 201);
  }

  private void answerWith(MockResponse response) {
    system.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return response;
          }
        });
  }

  private static MockResponse ok(String body) {
    return new MockResponse.Builder().body(body).build();
  }
}
