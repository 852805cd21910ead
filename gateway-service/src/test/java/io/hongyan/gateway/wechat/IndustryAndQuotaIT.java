package io.hongyan.gateway.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Industries and quota, against a real database and a stub sender. */
class IndustryAndQuotaIT {

  private static final String QUOTA =
      "{\"dailyLimit\":100000,\"used\":30,\"remain\":99970,\"callCount\":%s,\"refreshSeconds\":%s,\"readAt\":\"2026-11-22T06:00:00Z\"}";
  private static final String CONFIRMED = "{\"confirm\":true}";

  private final StubSender sender = StubSender.shared();
  private final RunningGateway gateway = sender.gateway();

  @BeforeAll
  static void accounts() {
    for (String account :
        new String[] {
          "wi-industry", "wi-quota", "wi-clear", "wi-unsure", "wi-used-up", "wi-scope"
        }) {
      StubSender.shared().gateway().createAccount(account);
    }
  }

  @Test
  void showsTheIndustries() {
    String set =
        "{\"primary\":{\"firstClass\":\"IT科技\",\"secondClass\":\"互联网|电子商务\"},\"secondary\":{\"firstClass\":null,\"secondClass\":null}}";
    sender.answer("GET", "wi-industry", "industry", 200, set);

    Answer shown = gateway.admin("GET", "/v1/accounts/wi-industry/industry", null);

    assertThat(shown.status()).as(shown.text()).isEqualTo(200);
    assertThat(shown.text()).isEqualTo(set);
  }

  @Test
  void setsTheIndustriesAndExplainsWhyNot() {
    String wanted = "{\"industryId1\":\"1\",\"industryId2\":\"4\"}";
    sender.answer("POST", "wi-industry", "industry", 204, "");
    Answer done = gateway.admin("POST", "/v1/accounts/wi-industry/industry", wanted);
    sender.refuse("POST", "wi-industry", "industry", 43100);
    Answer again = gateway.admin("POST", "/v1/accounts/wi-industry/industry", wanted);

    assertThat(done.status()).as(done.text()).isEqualTo(204);
    assertThat(sender.asked("wi-industry").getLast().body())
        .contains("\"industryId1\":\"1\"")
        .contains("\"industryId2\":\"4\"");
    FailedCalls.assertRefused(again, 43100, "once a month");
    assertThat(
            Database.rows(
                "select detail->>'industryId1' as one, detail->>'industryId2' as two, detail->>'outcome' as outcome from audit_log where subject = 'account/wi-industry' and action = 'industry.set' order by id"))
        .containsExactly(List.of("1", "4", "null"), List.of("1", "4", "not done"));
  }

  @Test
  void showsTheQuotaAsLastReadOrAsksWeChat() {
    Answer unread = gateway.admin("GET", "/v1/accounts/wi-quota/quota", null);
    Database.execute(
        "insert into account_quota values ('wi-quota', 100000, 30, 99970, null, null, '2026-11-22T06:00Z')");
    sender.answer("GET", "wi-quota", "quota", 200, QUOTA.formatted("4200000", "60"));

    Answer stored = gateway.admin("GET", "/v1/accounts/wi-quota/quota", null);
    Answer fresh = gateway.admin("GET", "/v1/accounts/wi-quota/quota?fresh=true", null);

    assertThat(unread.status()).isEqualTo(404);
    assertThat(unread.text()).contains("fresh=true");
    assertThat(stored.text()).isEqualTo(QUOTA.formatted("null", "null"));
    assertThat(fresh.text()).isEqualTo(QUOTA.formatted("4200000", "60"));
    assertThat(sender.asked("wi-quota")).hasSize(1);
    assertThat(gateway.admin("GET", "/v1/accounts/wi-quota/quota?fresh=perhaps", null).status())
        .isEqualTo(400);
  }

  @Test
  void clearsTheQuotaOnceItIsConfirmedAndCounts() {
    sender.answer("POST", "wi-clear", "clear-quota", 204, "");
    Database.execute(
        """
        insert into audit_log (at, actor, action, subject) values
          (date_trunc('month', now(), 'Asia/Shanghai') - interval '1 second', 'x', 'quota.clear', 'account/wi-clear'),
          (date_trunc('month', now(), 'Asia/Shanghai'), 'x', 'quota.clear', 'account/wi-clear'),
          (now(), 'x', 'quota.clear', 'account/wi-other'),
          (now(), 'x', 'account.put', 'account/wi-clear')
        """);

    Answer unsure = clear("wi-clear", "{}");
    int askedUnsure = sender.asked("wi-clear").size();
    Answer cleared = clear("wi-clear", CONFIRMED);

    assertThat(unsure.status()).isEqualTo(422);
    assertThat(unsure.problem()).isEqualTo("unconfirmed");
    assertThat(unsure.json().get("detail").stringValue())
        .contains("10 clearings a month")
        .contains("mp.weixin.qq.com included")
        .contains("1 of them were used here")
        .contains("{\"confirm\": true}");
    assertThat(unsure.json().get("usedHereThisMonth").intValue()).isEqualTo(1);
    assertThat(askedUnsure).isZero();
    assertThat(cleared.status()).as(cleared.text()).isEqualTo(200);
    assertThat(cleared.text()).isEqualTo("{\"usedHereThisMonth\":2,\"perMonth\":10}");
  }

  @Test
  void aClearingThatMayHaveBeenDoneCounts() {
    sender.breakOff("POST", "wi-unsure", "clear-quota");
    Answer broken = clear("wi-unsure", CONFIRMED);
    sender.answer("POST", "wi-unsure", "clear-quota", 503, "{\"error\":\"WeChat\"}");
    Answer away = clear("wi-unsure", CONFIRMED);

    FailedCalls.assertNoAnswer(broken);
    assertThat(away.problem()).isEqualTo("wechat-away");
    assertThat(sender.asked("wi-unsure")).hasSize(2);
    assertThat(clear("wi-unsure", "{\"confirm\":false}").json().get("usedHereThisMonth").intValue())
        .isEqualTo(2);
  }

  @Test
  void clearingsThatAreUsedUpAreExplainedAndDoNotCount() {
    sender.refuse("POST", "wi-used-up", "clear-quota", 48006);

    Answer refused = clear("wi-used-up", CONFIRMED);

    FailedCalls.assertRefused(refused, 48006, "next month");
    assertThat(clear("wi-used-up", "{}").json().get("usedHereThisMonth").intValue()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "industry    | 422 | {\"industryId1\":\"1\",\"industryId2\":\"1\"}",
        "industry    | 422 | {\"industryId1\":\"1\"}",
        "industry    | 422 | {\"industryId1\":\"1\",\"industryId2\":\"IT\"}",
        "industry    | 422 | {\"industryId1\":\"01\",\"industryId2\":\"1\"}",
        "industry    | 400 | {\"industryId1\":1,\"industryId2\":4}",
        "industry    | 400 | {\"industryId1\":\"1\",\"industryId2\":\"4\",\"industryId3\":\"5\"}",
        "industry    | 400 | ",
        "clear-quota | 422 | {\"confirm\":false}",
        "clear-quota | 422 | {\"confirm\":null}",
        "clear-quota | 400 | {\"confirm\":\"true\"}",
        "clear-quota | 400 | {\"confirm\":1}",
        "clear-quota | 400 | {\"confirm\":true,\"really\":true}",
        "clear-quota | 400 | ",
      })
  void badInputAsksNobody(String call, int status, @Nullable String body) {
    Answer refused = gateway.admin("POST", "/v1/accounts/wi-scope/" + call, body);

    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(sender.asked("wi-scope")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET  | industry         | ",
        "POST | industry         | {\"industryId1\":\"1\",\"industryId2\":\"2\"}",
        "GET  | quota            | ",
        "GET  | quota?fresh=true | ",
        "POST | clear-quota      | {\"confirm\":true}",
      })
  void onlyTheAccountsAdminsAreLetIn(String method, String path, @Nullable String body) {
    OnlyAdmins.areLetIn(gateway, "wi-scope", method, path, body);

    assertThat(sender.asked("wi-scope")).isEmpty();
  }

  private Answer clear(String account, String body) {
    return gateway.admin("POST", "/v1/accounts/%s/clear-quota".formatted(account), body);
  }
}
