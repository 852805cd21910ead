package io.hongyan.gateway.callback;

import static io.hongyan.gateway.callback.RuledAccount.DEFAULT;
import static io.hongyan.gateway.callback.RuledAccount.replied;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
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

/** Rules over HTTP, and what followers are answered by them. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class AutoRepliesIT {

  private static RunningGateway gateway;

  private RuledAccount account;

  @BeforeAll
  static void startGateway() {
    // Room for a thread that must wait in the middle of an expression that is quick.
    gateway = RunningGateway.start(Map.of("hongyan.reply.regex-timeout", "400ms"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @BeforeEach
  void createAccount() {
    account = RuledAccount.of(gateway);
  }

  @Test
  void aRuleIsStoredShownListedAndDeleted() {
    Answer created =
        account.put(
            "hello",
            "{\"on\":\"keyword\",\"match\":\"exact\",\"pattern\":\"hi\",\"position\":10,\"reply\":{\"type\":\"text\",\"content\":\"你好\"}}");
    account.put("news", news("https://x/1"));
    account.put("zz", DEFAULT);

    assertThat(created.status()).isEqualTo(201);
    JsonNode shown = gateway.admin("GET", account.path("hello"), null).json();
    assertThat(shown.get("account").stringValue()).isEqualTo(account.id());
    assertThat(shown.get("on").stringValue()).isEqualTo("keyword");
    assertThat(shown.get("match").stringValue()).isEqualTo("exact");
    assertThat(shown.get("position").intValue()).isEqualTo(10);
    assertThat(shown.get("enabled").booleanValue()).isTrue();
    assertThat(shown.get("reply").get("content").stringValue()).isEqualTo("你好");
    assertThat(account.put("zz", DEFAULT).status()).isEqualTo(200);
    JsonNode first = gateway.admin("GET", account.path("?limit=2").replace("/?", "?"), null).json();
    assertThat(first.get("items").size()).isEqualTo(2);
    JsonNode second =
        gateway
            .admin(
                "GET",
                account
                    .path("?limit=2&cursor=" + first.get("next").stringValue())
                    .replace("/?", "?"),
                null)
            .json();
    assertThat(second.get("items").get(0).get("id").stringValue()).isEqualTo("zz");
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(gateway.admin("DELETE", account.path("zz"), null).status()).isEqualTo(204);
    assertThat(gateway.admin("DELETE", account.path("zz"), null).status()).isEqualTo(404);
    assertThat(gateway.admin("GET", account.path("zz"), null).status()).isEqualTo(404);
    assertThat(
            Database.rows(
                "select action from audit_log where subject = 'auto-reply/%s/zz' order by id"
                    .formatted(account.id())))
        .containsExactly(
            List.of("auto-reply.put"), List.of("auto-reply.put"), List.of("auto-reply.delete"));
  }

  @Test
  void aRuleThatForwardsNowhereSaysSo() {
    String forward = "{\"on\":\"default\",\"reply\":{\"type\":\"forward\"}}";

    Answer nowhere = account.put("fw", forward);
    gateway.admin(
        "PUT",
        "/v1/accounts/%s/callback".formatted(account.id()),
        "{\"mode\":\"plain\",\"token\":\"t0ken\",\"replyUrl\":\"https://crm.example/reply\"}");
    Answer there = account.put("fw", forward);

    assertThat(nowhere.json().get("problem").stringValue()).contains("replyUrl");
    assertThat(there.json().get("problem").isNull()).as(there.text()).isTrue();
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
    Answer refused = account.put("bad", body);

    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.json().get("detail").stringValue()).contains(detail);
    assertThat(gateway.admin("GET", account.path("bad"), null).status()).isEqualTo(404);
  }

  @Test
  void onlyAdminsOfTheAccountSeeItsRules() {
    account.put("d", DEFAULT);
    String reader = gateway.createKey("[\"read\",\"send\"]", "[\"*\"]");
    String stranger = gateway.createKey("[\"admin\"]", "[\"other\"]");

    assertThat(gateway.call(reader, "GET", account.path("d"), null).status()).isEqualTo(403);
    assertThat(gateway.call(reader, "PUT", account.path("d"), DEFAULT).status()).isEqualTo(403);
    assertThat(gateway.call(stranger, "GET", account.path("d"), null).status()).isEqualTo(404);
    assertThat(gateway.call(stranger, "DELETE", account.path("d"), null).status()).isEqualTo(404);
    assertThat(gateway.admin("PUT", "/v1/accounts/no-such/auto-replies/d", DEFAULT).status())
        .isEqualTo(404);
    assertThat(gateway.admin("PUT", account.path("a%20b"), DEFAULT).status()).isEqualTo(422);
  }

  @Test
  void theFirstKeywordRuleThatFitsAnswers() throws Exception {
    account.keyword("b", "contains", "price", 5, "b", true);
    account.keyword("a", "contains", "price", 5, "a", true);
    account.keyword("late", "exact", "price", 6, "late", true);
    account.keyword("early", "regex", "^pr.*e list$", 1, "early", true);
    account.keyword("off", "contains", "price", 0, "off", false);
    account.put("d", DEFAULT);

    assertThat(account.handle(account.text("price"))).isEqualTo(replied("keyword a", "a"));
    assertThat(account.handle(account.text("price list")))
        .isEqualTo(replied("keyword early", "early"));
    assertThat(account.handle(account.text("else"))).isEqualTo(replied("default d", "no idea"));
  }

  @Test
  void eventsAreAnsweredIfTheFollowerAskedForIt() throws Exception {
    account.put(
        "w", "{\"on\":\"subscribe\",\"reply\":{\"type\":\"text\",\"content\":\"welcome\"}}");
    account.put("d", DEFAULT);
    Handled nothing = new Handled("none", new KeptReply(Result.NOTHING, null));

    assertThat(account.handle(account.event("subscribe")))
        .isEqualTo(replied("subscribe w", "welcome"));
    assertThat(account.handle(account.event("CLICK"))).isEqualTo(replied("default d", "no idea"));
    assertThat(account.handle(account.event("LOCATION"))).isEqualTo(nothing);
    assertThat(account.handle(account.event("unsubscribe"))).isEqualTo(nothing);
    assertThat(account.handle(account.message("image", null, null)))
        .isEqualTo(replied("default d", "no idea"));
    gateway.admin("DELETE", account.path("w"), null);
    assertThat(account.handle(account.event("subscribe")))
        .isEqualTo(replied("default d", "no idea"));
    gateway.admin("DELETE", account.path("d"), null);
    assertThat(account.handle(account.text("anything"))).isEqualTo(nothing);
  }

  @Test
  void pictureAndNewsAreAnsweredAsTheyWereStored() throws Exception {
    account.put("i", "{\"on\":\"subscribe\",\"reply\":{\"type\":\"image\",\"mediaId\":\"M_1-x\"}}");
    account.put("n", news("https://x/1"));

    assertThat(account.handle(account.event("subscribe")).reply().reply())
        .isEqualTo(new PassiveReply.Image("M_1-x"));
    assertThat(account.handle(account.text("x")).reply().reply())
        .isEqualTo(
            new PassiveReply.News(
                List.of(new PassiveReply.Article("t", "d", "https://p/1.png", "https://x/1"))));
  }

  @Test
  void aChangeReachesAnotherGatewayAtOnce() throws Exception {
    account.put("d", DEFAULT);
    try (RunningGateway other =
        RunningGateway.start(Map.of("hongyan.config.reload-interval", "1h"))) {
      await().until(() -> other.bean(ConfigEvents.class).isConnected());
      AutoReplies replies = other.bean(AutoReplies.class);
      assertThat(replies.handle(account.text("x"))).isEqualTo(replied("default d", "no idea"));

      account.put("d", DEFAULT.replace("no idea", "changed"));
      account.keyword("k", "exact", "y", 0, "new", true);

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                assertThat(replies.handle(account.text("x")))
                    .isEqualTo(replied("default d", "changed"));
                assertThat(replies.handle(account.text("y")))
                    .isEqualTo(replied("keyword k", "new"));
              });
    }
  }

  @Test
  void aRuleThatCannotBeReadIsLeftOutAndSaidOnce(CapturedOutput output) throws Exception {
    account.put("d", DEFAULT);
    Database.execute(
        "insert into auto_reply (account_id, id, occasion, reply) values ('%s', 'odd', 'default', '{\"type\":\"hologram\"}')"
            .formatted(account.id()));
    Database.execute(
        "insert into auto_reply (account_id, id, occasion, reply) values ('%s', 'void', 'default', 'null')"
            .formatted(account.id()));

    account.keyword("k", "exact", "y", 0, "new", true);
    account.keyword("k", "exact", "y", 0, "newer", true);

    assertThat(account.handle(account.text("x"))).isEqualTo(replied("default d", "no idea"));
    assertThat(account.handle(account.text("y"))).isEqualTo(replied("keyword k", "newer"));
    // A registry of this test's own: other gateways of this JVM say it once, too.
    AutoReplyRegistry registry =
        new AutoReplyRegistry(
            gateway.bean(AutoReplyMapper.class),
            gateway.bean(MasterKeyProperties.class),
            gateway.bean(ReplyProperties.class),
            gateway.bean(ConfigProperties.class));
    registry.readAgain();
    registry.readAgain();
    assertThat(saidHere(output, "auto-reply odd account=" + account.id())).isEqualTo(1);
    assertThat(saidHere(output, "auto-reply void account=" + account.id())).isEqualTo(1);
  }

  @Test
  void aRegularExpressionThatTakesForEverIsNoMatchCountedAndLoggedOnce(CapturedOutput output)
      throws Exception {
    account.keyword("evil", "regex", "(a+)+\\\\1b", 0, "never", true);
    account.put("d", DEFAULT);
    double before = slowRegexes();

    for (int i = 0; i < 3; i++) {
      assertThat(account.handle(account.text("a".repeat(2_000) + "!")))
          .isEqualTo(replied("default d", "no idea"));
      gateway.bean(AutoReplyRegistry.class).readAgain();
    }

    assertThat(slowRegexes() - before).isEqualTo(3);
    assertThat(output.getOut().split("takes too long", -1)).hasSize(2);
    assertThat(output.getOut()).contains("account=" + account.id() + " rule=evil");
  }

  private static long saidHere(CapturedOutput output, String words) {
    String thread = Thread.currentThread().getName() + "]";
    return output
        .getOut()
        .lines()
        .filter(line -> line.contains(thread) && line.contains(words))
        .count();
  }

  private static double slowRegexes() {
    return gateway.bean(MeterRegistry.class).counter("hongyan.callback.slow.regexes").count();
  }

  private static String news(String url) {
    return "{\"on\":\"default\",\"reply\":{\"type\":\"news\",\"articles\":[{\"title\":\"t\",\"description\":\"d\",\"picUrl\":\"https://p/1.png\",\"url\":\"%s\"}]}}"
        .formatted(url);
  }
}
