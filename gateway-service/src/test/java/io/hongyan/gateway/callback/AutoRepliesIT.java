package io.hongyan.gateway.callback;

import static io.hongyan.gateway.callback.ReplyingGateways.answered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.gateway.account.MasterKeyProperties;
import io.hongyan.gateway.callback.KeptReply.Result;
import io.hongyan.gateway.callback.MessageHandler.Handled;
import io.hongyan.gateway.config.ConfigEvents;
import io.hongyan.gateway.config.ConfigProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rules over HTTP, and what followers are answered by them and by the internal system. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class AutoRepliesIT {

  private static final String DEFAULT =
      "{\"on\":\"default\",\"reply\":{\"type\":\"text\",\"content\":\"no idea\"}}";

  private static RunningGateway gateway;

  private final String account = "ar-" + UUID.randomUUID().toString().substring(0, 8);
  private final MockWebServer system = new MockWebServer();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);

  @BeforeAll
  static void startGateway() {
    gateway =
        RunningGateway.start(
            Map.of(
                "hongyan.outbound.allow-private-addresses", "true",
                "hongyan.reply.forward-timeout", "1s",
                "hongyan.reply.forwards-at-once", "2"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @BeforeEach
  void start() throws Exception {
    gateway.createAccount(account);
    system.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    threads.close();
    system.close();
  }

  @Test
  void aRuleIsStoredShownListedAndDeleted() {
    Answer created =
        put(
            "hello",
            "{\"on\":\"keyword\",\"match\":\"exact\",\"pattern\":\"hi\",\"position\":10,\"reply\":{\"type\":\"text\",\"content\":\"你好\"}}");
    put("news", news("https://x/1"));
    put("zz", DEFAULT);

    assertThat(created.status()).isEqualTo(201);
    JsonNode shown = gateway.admin("GET", path("hello"), null).json();
    assertThat(shown.get("account").stringValue()).isEqualTo(account);
    assertThat(shown.get("on").stringValue()).isEqualTo("keyword");
    assertThat(shown.get("match").stringValue()).isEqualTo("exact");
    assertThat(shown.get("position").intValue()).isEqualTo(10);
    assertThat(shown.get("enabled").booleanValue()).isTrue();
    assertThat(shown.get("reply").get("content").stringValue()).isEqualTo("你好");
    assertThat(put("zz", DEFAULT).status()).isEqualTo(200);
    JsonNode first = gateway.admin("GET", path("?limit=2").replace("/?", "?"), null).json();
    assertThat(first.get("items").size()).isEqualTo(2);
    JsonNode second =
        gateway
            .admin(
                "GET",
                path("?limit=2&cursor=" + first.get("next").stringValue()).replace("/?", "?"),
                null)
            .json();
    assertThat(second.get("items").get(0).get("id").stringValue()).isEqualTo("zz");
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(gateway.admin("DELETE", path("zz"), null).status()).isEqualTo(204);
    assertThat(gateway.admin("DELETE", path("zz"), null).status()).isEqualTo(404);
    assertThat(gateway.admin("GET", path("zz"), null).status()).isEqualTo(404);
    assertThat(
            Database.rows(
                "select action from audit_log where subject = 'auto-reply/%s/zz' order by id"
                    .formatted(account)))
        .containsExactly(
            List.of("auto-reply.put"), List.of("auto-reply.put"), List.of("auto-reply.delete"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{} ; 422 ; on must be",
        "{\"on\":\"sometimes\"} ; 422 ; on must be",
        "{\"on\":\"keyword\"} ; 422 ; match is needed",
        "{\"on\":\"keyword\",\"match\":\"like\",\"pattern\":\"x\"} ; 422 ; match must be",
        "{\"on\":\"keyword\",\"match\":\"exact\"} ; 422 ; pattern must have",
        "{\"on\":\"keyword\",\"match\":\"regex\",\"pattern\":\"ab(c\"} ; 422 ; at its character 5",
        "{\"on\":\"default\",\"pattern\":\"x\"} ; 422 ; match and pattern belong",
        "{\"on\":\"default\"} ; 422 ; reply is needed",
        "{\"on\":\"default\",\"reply\":{\"type\":\"video\"}} ; 422 ; reply: type must be",
        "{\"on\":\"default\",\"reply\":{\"type\":\"forward\",\"content\":\"x\"}} ; 422 ; reply: content does not belong",
        "{\"on\":\"default\",\"reply\":{\"type\":\"text\",\"text\":\"x\"}} ; 400 ; is not a known setting",
        "{\"on\":\"default\",\"reply\":\"x\"} ; 400 ; reply",
        "{\"on\":\"default\",\"position\":1.5} ; 400 ; position",
        "{\"on\":\"default\",\"reply\":{\"type\":\"text\",\"content\":\"\\u0000\"}} ; 422 ; control characters",
      })
  void aBadRuleIsRefused(String body, int status, String detail) {
    Answer refused = put("bad", body);

    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.json().get("detail").stringValue()).contains(detail);
    assertThat(gateway.admin("GET", path("bad"), null).status()).isEqualTo(404);
  }

  @Test
  void onlyAdminsOfTheAccountSeeItsRules() {
    put("d", DEFAULT);
    String reader = gateway.createKey("[\"read\",\"send\"]", "[\"*\"]");
    String stranger = gateway.createKey("[\"admin\"]", "[\"other\"]");

    assertThat(gateway.call(reader, "GET", path("d"), null).status()).isEqualTo(403);
    assertThat(gateway.call(reader, "PUT", path("d"), DEFAULT).status()).isEqualTo(403);
    assertThat(gateway.call(stranger, "GET", path("d"), null).status()).isEqualTo(404);
    assertThat(gateway.call(stranger, "DELETE", path("d"), null).status()).isEqualTo(404);
    assertThat(gateway.admin("PUT", "/v1/accounts/no-such/auto-replies/d", DEFAULT).status())
        .isEqualTo(404);
    assertThat(gateway.admin("PUT", path("a%20b"), DEFAULT).status()).isEqualTo(422);
  }

  @Test
  void theFirstKeywordRuleThatFitsAnswers() throws Exception {
    keyword("b", "contains", "price", 5, "b", true);
    keyword("a", "contains", "price", 5, "a", true);
    keyword("late", "exact", "price", 6, "late", true);
    keyword("early", "regex", "^pr.*e list$", 1, "early", true);
    keyword("off", "contains", "price", 0, "off", false);
    put("d", DEFAULT);

    assertThat(handle(text("price"))).isEqualTo(replied("keyword a", "a"));
    assertThat(handle(text("price list"))).isEqualTo(replied("keyword early", "early"));
    assertThat(handle(text("else"))).isEqualTo(replied("default d", "no idea"));
  }

  @Test
  void eventsAreAnsweredIfTheFollowerAskedForIt() throws Exception {
    put("w", "{\"on\":\"subscribe\",\"reply\":{\"type\":\"text\",\"content\":\"welcome\"}}");
    put("d", DEFAULT);
    Handled nothing = new Handled("none", new KeptReply(Result.NOTHING, null));

    assertThat(handle(event("subscribe"))).isEqualTo(replied("subscribe w", "welcome"));
    assertThat(handle(event("CLICK"))).isEqualTo(replied("default d", "no idea"));
    assertThat(handle(event("LOCATION"))).isEqualTo(nothing);
    assertThat(handle(event("unsubscribe"))).isEqualTo(nothing);
    assertThat(handle(message("image", null, null))).isEqualTo(replied("default d", "no idea"));
    gateway.admin("DELETE", path("w"), null);
    assertThat(handle(event("subscribe"))).isEqualTo(replied("default d", "no idea"));
    gateway.admin("DELETE", path("d"), null);
    assertThat(handle(text("anything"))).isEqualTo(nothing);
  }

  @Test
  void pictureAndNewsAreAnsweredAsTheyWereStored() throws Exception {
    put("i", "{\"on\":\"subscribe\",\"reply\":{\"type\":\"image\",\"mediaId\":\"M_1-x\"}}");
    put("n", news("https://x/1"));

    assertThat(handle(event("subscribe")).reply().reply())
        .isEqualTo(new PassiveReply.Image("M_1-x"));
    assertThat(handle(text("x")).reply().reply())
        .isEqualTo(
            new PassiveReply.News(
                List.of(new PassiveReply.Article("t", "d", "https://p/1.png", "https://x/1"))));
  }

  @Test
  void aChangeReachesAnotherGatewayAtOnce() throws Exception {
    put("d", DEFAULT);
    try (RunningGateway other =
        RunningGateway.start(Map.of("hongyan.config.reload-interval", "1h"))) {
      await().until(() -> other.bean(ConfigEvents.class).isConnected());
      AutoReplies replies = other.bean(AutoReplies.class);
      assertThat(replies.handle(text("x"))).isEqualTo(replied("default d", "no idea"));

      put("d", DEFAULT.replace("no idea", "changed"));
      keyword("k", "exact", "y", 0, "new", true);

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                assertThat(replies.handle(text("x"))).isEqualTo(replied("default d", "changed"));
                assertThat(replies.handle(text("y"))).isEqualTo(replied("keyword k", "new"));
              });
    }
  }

  @Test
  void aRuleThatCannotBeReadIsLeftOutAndSaidOnce(CapturedOutput output) throws Exception {
    put("d", DEFAULT);
    Database.execute(
        "insert into auto_reply (account_id, id, occasion, reply) values ('%s', 'odd', 'default', '{\"type\":\"hologram\"}')"
            .formatted(account));
    Database.execute(
        "insert into auto_reply (account_id, id, occasion, reply) values ('%s', 'void', 'default', 'null')"
            .formatted(account));

    keyword("k", "exact", "y", 0, "new", true);
    keyword("k", "exact", "y", 0, "newer", true);

    assertThat(handle(text("x"))).isEqualTo(replied("default d", "no idea"));
    assertThat(handle(text("y"))).isEqualTo(replied("keyword k", "newer"));
    // A registry of this test's own: other gateways of this JVM say it once, too.
    AutoReplyRegistry registry =
        new AutoReplyRegistry(
            gateway.bean(AutoReplyMapper.class),
            gateway.bean(MasterKeyProperties.class),
            gateway.bean(ReplyProperties.class),
            gateway.bean(ConfigProperties.class));
    registry.readAgain();
    registry.readAgain();
    assertThat(saidHere(output, "auto-reply odd account=" + account)).isEqualTo(1);
    assertThat(saidHere(output, "auto-reply void account=" + account)).isEqualTo(1);
  }

  private static long saidHere(CapturedOutput output, String words) {
    String thread = Thread.currentThread().getName() + "]";
    return output
        .getOut()
        .lines()
        .filter(line -> line.contains(thread) && line.contains(words))
        .count();
  }

  @Test
  void aRegularExpressionThatTakesForEverIsNoMatchCountedAndLoggedOnce(CapturedOutput output)
      throws Exception {
    keyword("evil", "regex", "(a+)+\\\\1b", 0, "never", true);
    put("d", DEFAULT);
    double before = slowRegexes();

    for (int i = 0; i < 3; i++) {
      assertThat(handle(text("a".repeat(2_000) + "!"))).isEqualTo(replied("default d", "no idea"));
      gateway.bean(AutoReplyRegistry.class).readAgain();
    }

    assertThat(slowRegexes() - before).isEqualTo(3);
    assertThat(output.getOut().split("takes too long", -1)).hasSize(2);
    assertThat(output.getOut()).contains("account=" + account + " rule=evil");
  }

  @Test
  void whatNoRuleAnswersGoesToTheInternalSystem() throws Exception {
    forwardHere();
    keyword("k", "exact", "known", 0, "by rule", true);
    put("d", DEFAULT);
    answerWith(ok("{\"type\":\"text\",\"content\":\"from inside\",\"newer\":1}"));
    WeChatMessage message = text("unknown");

    assertThat(handle(text("known"))).isEqualTo(replied("keyword k", "by rule"));
    assertThat(handle(message)).isEqualTo(replied("forward", "from inside"));

    assertThat(system.getRequestCount()).isEqualTo(1);
    RecordedRequest request = system.takeRequest();
    assertThat(request.getHeaders().get("Idempotency-Key"))
        .isEqualTo(request.getHeaders().get("webhook-id"))
        .isEqualTo(ReplyStore.hash(account + "|" + message.key()));
    assertThat(request.getHeaders().get("webhook-signature")).startsWith("v1,");
    JsonNode body = new JsonMapper().readTree(Objects.requireNonNull(request.getBody()).utf8());
    assertThat(body.get("account").stringValue()).isEqualTo(account);
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
    put(
        "a",
        "{\"on\":\"keyword\",\"match\":\"contains\",\"pattern\":\"x\",\"reply\":{\"type\":\"forward\"}}");
    keyword("b", "contains", "x", 0, "by rule", true);
    put("c", "{\"on\":\"default\",\"position\":-1,\"reply\":{\"type\":\"forward\"}}");
    put("d", DEFAULT);

    assertThat(handle(text("x"))).isEqualTo(replied("keyword b", "by rule"));
    assertThat(handle(text("y"))).isEqualTo(replied("default d", "no idea"));
    forwardHere();
    answerWith(ok("{\"type\":\"image\",\"mediaId\":\"m1\"}"));
    assertThat(handle(text("x")).reply().reply()).isEqualTo(new PassiveReply.Image("m1"));
  }

  @Test
  void theInternalSystemMayHaveNothingToSay() throws Exception {
    forwardHere();
    put("d", DEFAULT);
    Handled nothing = new Handled("forward", new KeptReply(Result.NOTHING, null));

    answerWith(new MockResponse.Builder().code(204).build());
    assertThat(handle(text("x"))).isEqualTo(nothing);
    answerWith(ok(""));
    assertThat(handle(event("LOCATION"))).isEqualTo(nothing);
    int asked = system.getRequestCount();
    assertThat(handle(event("unsubscribe")).handler()).isEqualTo("none");
    assertThat(system.getRequestCount()).isEqualTo(asked);
  }

  @Test
  void whateverElseTheInternalSystemDoesTheDefaultReplyGoesOut() throws Exception {
    forwardHere();
    put("d", DEFAULT);
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
      assertThat(handle(text("x"))).as(response.toString()).isEqualTo(failed);
    }
    assertThat(handle(event("LOCATION")))
        .isEqualTo(new Handled("forward", new KeptReply(Result.FAILED, null)));
    system.close();
    assertThat(handle(text("x"))).isEqualTo(failed);
  }

  @Test
  void aSlowInternalSystemHoldsUpItsOwnAccountOnly() throws Exception {
    forwardHere();
    put("d", DEFAULT);
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
      waiting.add(threads.submit(() -> handle(text("x"))));
    }
    asked.await();

    long began = System.nanoTime();
    Handled third = handle(text("x"));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1_500));
    assertThat(third.reply().result()).isEqualTo(Result.FAILED);
    assertThat(third.reply().reply()).isEqualTo(new PassiveReply.Text("no idea"));
    assertThat(system.getRequestCount()).isEqualTo(2);
    for (Future<Handled> timedOut : waiting) {
      assertThat(timedOut.get().reply().result()).isEqualTo(Result.FAILED);
    }
    over.countDown();
    assertThat(handle(text("x")).reply().result())
        .as("its places are free again")
        .isEqualTo(Result.NOTHING);
  }

  @Test
  void theWholeGatewayAnswersAMessageOnce() throws Exception {
    forwardHere();
    answerWith(ok("{\"type\":\"text\",\"content\":\"from inside\"}"));
    PassiveReplies replies = gateway.bean(PassiveReplies.class);

    for (int i = 0; i < 3; i++) {
      assertThat(replies.answer(text("x"), System.nanoTime())).isEqualTo(answered("from inside"));
    }

    assertThat(system.getRequestCount()).isEqualTo(1);
  }

  private void forwardHere() {
    Answer stored =
        gateway.admin(
            "PUT",
            "/v1/accounts/" + account + "/callback",
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

  private static double slowRegexes() {
    return gateway.bean(MeterRegistry.class).counter("hongyan.callback.slow.regexes").count();
  }

  private Handled handle(WeChatMessage message) throws InterruptedException {
    return gateway.bean(AutoReplies.class).handle(message);
  }

  private static Handled replied(String handler, String text) {
    return new Handled(handler, new KeptReply(Result.REPLIED, new PassiveReply.Text(text)));
  }

  private WeChatMessage text(String content) {
    return message("text", null, content);
  }

  private WeChatMessage event(String event) {
    return message("event", event, null);
  }

  private WeChatMessage message(String type, @Nullable String event, @Nullable String content) {
    return new WeChatMessage(
        account,
        "gh_1",
        "o1",
        Instant.ofEpochSecond(1_700_000_000),
        type,
        event,
        null,
        event == null ? Long.valueOf(6054768590064713728L) : null,
        content,
        content == null ? Map.of() : Map.of("Content", content),
        "<xml/>");
  }

  private Answer put(String id, String body) {
    return gateway.admin("PUT", path(id), body);
  }

  private void keyword(
      String id, String match, String pattern, int position, String reply, boolean enabled) {
    Answer stored =
        put(
            id,
            "{\"on\":\"keyword\",\"match\":\"%s\",\"pattern\":\"%s\",\"position\":%d,\"enabled\":%s,\"reply\":{\"type\":\"text\",\"content\":\"%s\"}}"
                .formatted(match, pattern, position, enabled, reply));
    assertThat(stored.status()).isIn(200, 201);
  }

  private static String news(String url) {
    return "{\"on\":\"default\",\"reply\":{\"type\":\"news\",\"articles\":[{\"title\":\"t\",\"description\":\"d\",\"picUrl\":\"https://p/1.png\",\"url\":\"%s\"}]}}"
        .formatted(url);
  }

  private String path(String id) {
    return "/v1/accounts/%s/auto-replies/%s".formatted(account, id);
  }
}
