package io.hongyan.sender.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.secret.InternalKey;
import io.hongyan.common.secret.Secret;
import io.hongyan.sender.consume.RunningSender;
import io.hongyan.sender.consume.StandInGateway.Account;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The calls that the gateway makes, on a running sender. */
@Timeout(60)
class InternalCallsIT {

  private static final String KEY =
      InternalKey.ofMasterKey(
              new Secret(
                  Objects.requireNonNull(
                      TestServers.get().environment().get("HONGYAN_MASTER_KEY"))))
          .header()
          .reveal();

  private final RunningSender sender = RunningSender.get();

  @BeforeEach
  void clear() {
    sender.wechat.clearFaults();
    sender.wechat.settings("{\"dailyLimit\":1000000,\"clearQuotaPerMonth\":10}");
  }

  @AfterEach
  void clearFaults() {
    sender.wechat.clearFaults();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,access-token",
    "POST,access-token/refused",
    "GET,jsapi-ticket",
    "POST,templates/sync",
    "POST,templates/add",
    "POST,templates/delete",
    "GET,industry",
    "POST,industry",
    "GET,quota",
    "POST,clear-quota"
  })
  void nobodyCallsWithoutTheKey(String method, String call) {
    Account account = sender.gateway.account();
    String path = "/internal/accounts/%s/%s".formatted(account.id(), call);

    assertThat(sender.ask(method, path, null, "{}").statusCode()).isEqualTo(401);
    assertThat(sender.ask(method, path, KEY + "0", "{}").statusCode()).isEqualTo(401);
    assertThat(sender.ask(method, path, "Bearer test-admin-key", "{}").body())
        .contains("HONGYAN_MASTER_KEY");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//internal/accounts/%s/access-token",
        "/internal;a=b/accounts/%s/access-token",
        "/internal/accounts;a=b/%s/access-token",
        "/%%69nternal/accounts/%s/access-token",
        "/internal/./accounts/%s/access-token",
        "/x/../internal/accounts/%s/access-token",
        "/internal/accounts/%s/access-token/"
      })
  void noSpellingOfAPathPassesByTheKey(String path) {
    Account account = sender.gateway.account();

    HttpResponse<String> response = sender.ask("GET", path.formatted(account.id()), null, "");

    assertThat(response.statusCode()).isIn(400, 401, 404);
    assertThat(response.body()).doesNotContain("accessToken");
  }

  @Test
  void theDoctorNeedsNoKey() {
    Account account = sender.gateway.account();
    await()
        .until(
            () ->
                sender.ask("GET", "/internal/doctor/" + account.id(), null, "").statusCode()
                    == 200);
  }

  @Test
  void handsOutTheSharedTokenAndAnotherForOneThatWasRefused() {
    Account account = sender.gateway.account();
    try (UnifiedJedis redis = redis()) {
      JsonNode first = json(get(account, "access-token"));
      String token = first.get("accessToken").stringValue();
      assertThat(redis.get("wx:access_token:" + account.appId())).isEqualTo(token);
      assertThat(first.get("expiresIn").intValue()).isBetween(6_900, 7_000);
      sender.wechat.retireToken(account.appId());

      JsonNode next =
          json(post(account, "access-token/refused", "{\"accessToken\":\"%s\"}".formatted(token)));
      JsonNode late =
          json(post(account, "access-token/refused", "{\"accessToken\":\"%s\"}".formatted(token)));

      assertThat(next.get("accessToken").stringValue()).isNotEqualTo(token);
      assertThat(late.get("accessToken"))
          .as("only the refused one")
          .isEqualTo(next.get("accessToken"));
      assertThat(json(get(account, "access-token")).get("accessToken"))
          .isEqualTo(next.get("accessToken"));
    }
  }

  @Test
  void handsOutTheSharedTicket() {
    Account account = sender.gateway.account();
    try (UnifiedJedis redis = redis()) {
      JsonNode answer = json(get(account, "jsapi-ticket"));

      assertThat(answer.get("ticket").stringValue())
          .isEqualTo(redis.get("wx:ticket:key:" + account.appId() + ":jsapi"));
      assertThat(answer.get("expiresIn").intValue()).isBetween(6_900, 7_000);
      assertThat(json(get(account, "jsapi-ticket"))).isNotNull();
      assertThat(sender.wechat.calls("/cgi-bin/ticket/getticket")).isPositive();
    }
  }

  @Test
  void syncsAddsAndDeletesTemplates() {
    Account account = sender.gateway.account();
    sender
        .jdbc
        .sql(
            "insert into template (account_id, id, wechat_template_id, title, content) values (?, 'paid', 'gone', 't', '{{thing1.DATA}}')")
        .param(account.id())
        .update();

    JsonNode synced = json(post(account, "templates/sync", ""));
    assertThat(synced.get("atWeChat").intValue()).isEqualTo(1);
    assertThat(synced.at("/problems/0/template").stringValue()).isEqualTo("paid");
    assertThat(synced.at("/problems/0/problem").stringValue()).startsWith("vanished: ");

    JsonNode added =
        json(
            post(
                account,
                "templates/add",
                "{\"templateIdShort\":\"47123\",\"keywordNames\":[\"时间\",\"地点\"]}"));
    String id = added.get("wechatTemplateId").stringValue();
    assertThat(wechatTemplates(account)).hasSize(2).contains(id);
    assertThat(
            post(account, "templates/delete", "{\"wechatTemplateId\":\"%s\"}".formatted(id))
                .statusCode())
        .isEqualTo(204);
    assertThat(wechatTemplates(account)).hasSize(1).doesNotContain(id);
  }

  @Test
  void whatWeChatRefusesIsToldAsWeChatSaidIt() {
    Account account = sender.gateway.account();

    HttpResponse<String> refused =
        post(account, "industry", "{\"industryId1\":\"1\",\"industryId2\":\"99\"}");

    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(json(refused, 422).get("errcode").intValue()).isEqualTo(40102);
    assertThat(json(refused, 422).get("errmsg").stringValue()).contains("rid");
  }

  @Test
  void getsAndSetsIndustries() {
    Account account = sender.gateway.account();
    assertThat(
            post(account, "industry", "{\"industryId1\":\"1\",\"industryId2\":\"4\"}").statusCode())
        .isEqualTo(204);

    JsonNode industry = json(get(account, "industry"));

    assertThat(industry.at("/primary/firstClass").stringValue()).isNotEmpty();
    assertThat(industry.at("/secondary/secondClass").stringValue()).isNotEmpty();
  }

  @Test
  void readsTheQuotaAndKeepsIt() {
    Account account = sender.gateway.account();
    Instant before = Instant.now();

    JsonNode quota = json(get(account, "quota"));

    assertThat(quota.get("dailyLimit").longValue()).isEqualTo(1_000_000);
    assertThat(quota.get("remain").longValue()).isEqualTo(1_000_000);
    assertThat(quota.get("used").longValue()).isZero();
    assertThat(quota.get("refreshSeconds").longValue()).isEqualTo(60);
    assertThat(Instant.parse(quota.get("readAt").stringValue()))
        .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
    assertThat(
            sender
                .jdbc
                .sql("select remain from account_quota where account_id = ?")
                .param(account.id())
                .query((row, number) -> row.getLong(1))
                .single())
        .isEqualTo(1_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"daily-quota", "daily-quota-unconfirmed"})
  void clearingTheQuotaOpensTheDailyGate(String reason) {
    Account account = sender.gateway.account();
    close(account, reason);

    assertThat(post(account, "clear-quota", "").statusCode()).isEqualTo(204);

    assertThat(sender.gateway.gate(account)).isEmpty();
  }

  @Test
  void clearingTheQuotaOpensNoOtherGateAndNoneIfWeChatRefuses() {
    Account account = sender.gateway.account();
    close(account, "needs-a-person");
    assertThat(post(account, "clear-quota", "").statusCode()).isEqualTo(204);
    assertThat(sender.gateway.gate(account)).isEqualTo("needs-a-person");
    Account other = sender.gateway.account();
    close(other, "daily-quota");
    sender.wechat.fault(
        other.appId(), "/cgi-bin/clear_quota", 1, "{\"type\":\"errcode\",\"errcode\":48006}");

    HttpResponse<String> refused = post(other, "clear-quota", "");

    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(json(refused, 422).get("errcode").intValue()).isEqualTo(48006);
    assertThat(sender.gateway.gate(other)).isEqualTo("daily-quota");
  }

  @Test
  void anUnknownAccountIs404() {
    assertThat(sender.ask("GET", "/internal/accounts/nobody/quota", KEY, "").statusCode())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "templates/add|{\"keywordNames\":[]}|templateIdShort",
        "templates/add|{\"templateIdShort\":\"1\",\"keywordNames\":[\" \"]}|keywordNames",
        "templates/delete|{}|wechatTemplateId",
        "industry|{\"industryId1\":\"1\"}|industryId2",
        "access-token/refused|{\"accessToken\":\"\"}|accessToken",
        "access-token/refused|{\"accessToken\"|JSON",
        "access-token/refused||JSON"
      })
  void aBodyThatSaysTooLittleIs400(String call, @Nullable String body, String named) {
    HttpResponse<String> answer = post(sender.gateway.account(), call, body == null ? "" : body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer, 400).get("error").stringValue()).contains(named);
  }

  @Test
  void ifWeChatDoesNotAnswerTheCallerIsTold() {
    Account account = sender.gateway.account();
    sender.wechat.fault(account.appId(), "/cgi-bin/openapi/quota/get", 10, "{\"type\":\"close\"}");

    HttpResponse<String> answer = get(account, "quota");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(json(answer, 503).get("error").stringValue()).contains("WeChat did not answer");
  }

  @Test
  void ifNoTokenIsToBeHadTheCallerIsTold() {
    Account account = sender.gateway.account();
    sender.wechat.fault(
        account.appId(), "/cgi-bin/stable_token", 10, "{\"type\":\"errcode\",\"errcode\":40164}");

    HttpResponse<String> answer = get(account, "access-token");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(json(answer, 503).get("error").stringValue()).contains("40164");
  }

  @Test
  void ifRedisIsAwayTheCallerIsTold() {
    Account account = sender.gateway.account();
    sender.redisProxy.cut();
    try {
      HttpResponse<String> answer = get(account, "access-token");

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(json(answer, 503).get("error").stringValue()).contains("Redis is away");
    } finally {
      sender.redisProxy.restore();
      // Each dead connection of the pool is found out by the call that gets it.
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> IntStream.range(0, 10).allMatch(call -> getsAToken(sender.gateway.account())));
    }
  }

  @Test
  void ifTheDatabaseIsAwayTheCallerIsTold() {
    Account account = sender.gateway.account();
    json(get(account, "access-token"));
    sender.databaseProxy.cut();
    try {
      HttpResponse<String> answer = post(account, "templates/sync", "");

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(json(answer, 503).get("error").stringValue()).contains("database is away");
    } finally {
      sender.databaseProxy.restore();
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> post(account, "templates/sync", "").statusCode() == 200);
  }

  @Test
  void aRequestInTheDatabaseIsSeenAndDone() {
    Account account = sender.gateway.account();
    sender.wechat.putAccount(
        account.appId(),
        """
        "followers":["oA","oB","oC"],"tags":[{"id":100,"name":"vip","openids":["oB"]}]""");

    sender
        .jdbc
        .sql("insert into follower_sync (account_id, requested_at) values (?, now())")
        .param(account.id())
        .update();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        sender
                            .jdbc
                            .sql(
                                """
                                select concat_ws(' ', s.phase, s.seen, a.followers_synced_at is not null,
                                  (select string_agg(openid, '') from follower_tag t where t.account_id = a.id))
                                from follower_sync s join account a on a.id = s.account_id where a.id = ?""")
                            .param(account.id())
                            .query((row, number) -> row.getString(1))
                            .single())
                    .isEqualTo("3 t oB"));
  }

  private void close(Account account, String reason) {
    sender
        .jdbc
        .sql(
            """
            update account set gate_reason = ?, gate_since = now(), gate_evidence = 'test',
              gate_until = case when ? = 'needs-a-person' then null else now() + interval '1 hour' end
            where id = ?""")
        .params(reason, reason, account.id())
        .update();
  }

  private List<String> wechatTemplates(Account account) {
    return sender
        .jdbc
        .sql("select wechat_template_id from wechat_template where account_id = ?")
        .param(account.id())
        .query((row, number) -> row.getString(1))
        .list();
  }

  private boolean getsAToken(Account account) {
    return get(account, "access-token").statusCode() == 200;
  }

  private HttpResponse<String> get(Account account, String call) {
    return sender.ask("GET", "/internal/accounts/%s/%s".formatted(account.id(), call), KEY, "");
  }

  private HttpResponse<String> post(Account account, String call, String body) {
    return sender.ask("POST", "/internal/accounts/%s/%s".formatted(account.id(), call), KEY, body);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return json(response, 200);
  }

  private static JsonNode json(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JsonMapper.shared().readTree(response.body());
  }

  private static UnifiedJedis redis() {
    return RedisClient.create(URI.create(TestServers.get().redisUrl()));
  }
}
