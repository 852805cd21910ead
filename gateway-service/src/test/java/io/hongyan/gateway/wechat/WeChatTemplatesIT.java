package io.hongyan.gateway.wechat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Templates at WeChat, against a real database and a stub sender. */
class WeChatTemplatesIT {

  private static final String ADD =
      "{\"templateIdShort\":\"47123\",\"keywordNames\":[\"时间\",\"地点\"]}";

  private final StubSender sender = StubSender.shared();
  private final RunningGateway gateway = sender.gateway();

  @BeforeAll
  static void accounts() {
    for (String account :
        new String[] {
          "wt-list",
          "wt-sync",
          "wt-add",
          "wt-delete",
          "wt-doubt",
          "wt-unnoted",
          "wt-full",
          "wt-scope"
        }) {
      StubSender.shared().gateway().createAccount(account);
    }
  }

  @Test
  void listsWhatIsAtWeChatAndWhatUsesIt() {
    Database.execute(
        """
        insert into wechat_template values
          ('wt-list', 'TM1', '支付成功', '商品:{{thing1.DATA}}', '商品:耳机', 'IT', '', '2026-11-20T03:30Z'),
          ('wt-list', 'TM2', '发货', '单号:{{character_string1.DATA}}', '', '', '', '2026-11-20T03:30Z');
        insert into template (account_id, id, wechat_template_id, title, content)
          values ('wt-list', 'order-again', 'TM1', 't', '{{thing1.DATA}}')
        """);

    Answer first = gateway.admin("GET", "/v1/accounts/wt-list/wechat-templates?limit=1", null);
    Answer rest =
        gateway.admin("GET", "/v1/accounts/wt-list/wechat-templates?limit=1&cursor=TM1", null);

    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(first.json().get("items").toString())
        .isEqualTo(
            "[{\"wechatTemplateId\":\"TM1\",\"title\":\"支付成功\",\"content\":\"商品:{{thing1.DATA}}\",\"example\":\"商品:耳机\",\"primaryIndustry\":\"IT\",\"deputyIndustry\":\"\",\"usedBy\":[\"order-again\",\"order-paid\"],\"seenAt\":\"2026-11-20T03:30:00Z\"}]");
    assertThat(first.json().get("next").stringValue()).isEqualTo("TM1");
    assertThat(rest.json().at("/items/0/wechatTemplateId").stringValue()).isEqualTo("TM2");
    assertThat(rest.json().at("/items/0/usedBy").toString()).isEqualTo("[]");
    assertThat(rest.json().get("next").isNull()).isTrue();
    assertThat(gateway.admin("GET", "/v1/accounts/wt-list/wechat-templates?limit=0", null).status())
        .isEqualTo(422);
  }

  @Test
  void aSyncSaysWhatItFoundAndIsNoted() {
    String found =
        "{\"atWeChat\":12,\"problems\":[{\"template\":\"order-paid\",\"problem\":\"vanished: x\"}]}";
    sender.answer("POST", "wt-sync", "templates/sync", 200, found);

    Answer synced = gateway.admin("POST", "/v1/accounts/wt-sync/templates/sync", null);

    assertThat(synced.status()).as(synced.text()).isEqualTo(200);
    assertThat(synced.text()).isEqualTo(found);
    assertThat(audited("wt-sync", "templates.sync"))
        .containsExactly("{\"atWeChat\": 12, \"problems\": 1}");
  }

  @Test
  void addsATemplate() {
    sender.answer("POST", "wt-add", "templates/add", 200, "{\"wechatTemplateId\":\"TM-new\"}");

    Answer added = gateway.admin("POST", "/v1/accounts/wt-add/templates/add", ADD);

    assertThat(added.status()).as(added.text()).isEqualTo(201);
    assertThat(added.text()).isEqualTo("{\"wechatTemplateId\":\"TM-new\"}");
    assertThat(sender.asked("wt-add").getLast().what()).isEqualTo("POST templates/add " + ADD);
    assertThat(
            Database.row(
                "select detail->>'templateIdShort' as asked, detail->'keywordNames'->>1 as keyword, detail->>'wechatTemplateId' as given from audit_log where subject = 'account/wt-add' and action = 'wechat-template.add'"))
        .containsExactly("47123", "地点", "TM-new");
  }

  @Test
  void anOldTemplateIsAddedWithoutKeywords() {
    sender.answer("POST", "wt-add", "templates/add", 200, "{\"wechatTemplateId\":\"TM-old\"}");

    gateway.admin("POST", "/v1/accounts/wt-add/templates/add", "{\"templateIdShort\":\"TM00015\"}");

    assertThat(sender.asked("wt-add").getLast().what())
        .isEqualTo("POST templates/add {\"templateIdShort\":\"TM00015\",\"keywordNames\":[]}");
  }

  @Test
  void whatWeChatRefusesIsExplainedAndNotedAsNotDone() {
    sender.refuse("POST", "wt-delete", "templates/add", 40246);

    Answer refused = gateway.admin("POST", "/v1/accounts/wt-delete/templates/add", ADD);

    FailedCalls.assertRefused(refused, 40246, "keyword");
    assertThat(audited("wt-delete", "wechat-template.add"))
        .singleElement(STRING)
        .contains("\"outcome\": \"not done\"");
  }

  @Test
  void deletesATemplate() {
    sender.answer("POST", "wt-delete", "templates/delete", 204, "");
    String body = "{\"wechatTemplateId\":\"TM-gone\"}";

    Answer deleted = gateway.admin("POST", "/v1/accounts/wt-delete/templates/delete", body);

    assertThat(deleted.status()).as(deleted.text()).isEqualTo(204);
    assertThat(sender.asked("wt-delete").getLast().what())
        .isEqualTo("POST templates/delete " + body);
    assertThat(audited("wt-delete", "wechat-template.delete"))
        .containsExactly("{\"wechatTemplateId\": \"TM-gone\"}");
  }

  @Test
  void whatMayHaveBeenDoneIsNotAskedTwiceAndNoted() {
    sender.breakOff("POST", "wt-doubt", "templates/delete");

    Answer broken =
        gateway.admin(
            "POST",
            "/v1/accounts/wt-doubt/templates/delete",
            "{\"wechatTemplateId\":\"TM-perhaps\"}");

    FailedCalls.assertNoAnswer(broken);
    assertThat(sender.asked("wt-doubt")).hasSize(1);
    assertThat(audited("wt-doubt", "wechat-template.delete"))
        .containsExactly("{\"outcome\": \"unknown\", \"wechatTemplateId\": \"TM-perhaps\"}");
  }

  @Test
  void whatIsDoneIsAnsweredAlsoIfItsEndCannotBeNoted() {
    sender.answer("POST", "wt-unnoted", "templates/delete", 204, "");
    Database.execute(
        """
        create function wt_refuse() returns trigger language plpgsql as 'begin raise exception ''refused''; end';
        create trigger wt_refuse before update on audit_log for each row
          when (old.subject = 'account/wt-unnoted') execute function wt_refuse()
        """);
    Answer deleted;
    try {
      deleted =
          gateway.admin(
              "POST",
              "/v1/accounts/wt-unnoted/templates/delete",
              "{\"wechatTemplateId\":\"TM-gone\"}");
    } finally {
      Database.execute("drop trigger wt_refuse on audit_log; drop function wt_refuse()");
    }

    assertThat(deleted.status()).as(deleted.text()).isEqualTo(204);
    assertThat(audited("wt-unnoted", "wechat-template.delete"))
        .containsExactly("{\"outcome\": \"asked\", \"wechatTemplateId\": \"TM-gone\"}");
  }

  @Test
  void whatCannotBeNotedIsNotAsked() {
    Database.execute(
        """
        create function wt_full() returns trigger language plpgsql as 'begin raise exception ''refused''; end';
        create trigger wt_full before insert on audit_log for each row
          when (new.subject = 'account/wt-full') execute function wt_full()
        """);
    Answer failed;
    try {
      failed =
          gateway.admin(
              "POST",
              "/v1/accounts/wt-full/templates/delete",
              "{\"wechatTemplateId\":\"TM-here\"}");
    } finally {
      Database.execute("drop trigger wt_full on audit_log; drop function wt_full()");
    }

    assertThat(failed.status()).as(failed.text()).isGreaterThanOrEqualTo(500);
    assertThat(sender.asked("wt-full")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add    | 400 | {\"templateIdShort\":47123}",
        "add    | 400 | {\"templateIdShort\":\"47123\",\"keywordNames\":\"时间\"}",
        "add    | 400 | {\"templateIdShort\":\"47123\",\"keywords\":[]}",
        "add    | 400 | ",
        "add    | 422 | {}",
        "add    | 422 | {\"templateIdShort\":\"4 7\"}",
        "add    | 422 | {\"templateIdShort\":\"47123\",\"keywordNames\":[null]}",
        "add    | 422 | {\"templateIdShort\":\"47123\",\"keywordNames\":[\" \"]}",
        "add    | 422 | {\"templateIdShort\":\"47123\",\"keywordNames\":[\"a\\u0000\"]}",
        "delete | 400 | {\"wechatTemplateId\":5}",
        "delete | 400 | {\"templateId\":\"x\"}",
        "delete | 422 | {}",
        "delete | 422 | {\"wechatTemplateId\":\"../x\"}",
      })
  void badInputAsksNobody(String call, int status, @Nullable String body) {
    Answer refused = gateway.admin("POST", "/v1/accounts/wt-scope/templates/" + call, body);

    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(sender.asked("wt-scope")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET  | wechat-templates  | ",
        "POST | templates/sync    | ",
        "POST | templates/add     | {\"templateIdShort\":\"1\"}",
        "POST | templates/delete  | {\"wechatTemplateId\":\"1\"}",
      })
  void onlyTheAccountsAdminsAreLetIn(String method, String path, @Nullable String body) {
    OnlyAdmins.areLetIn(gateway, "wt-scope", method, path, body);

    assertThat(sender.asked("wt-scope")).isEmpty();
  }

  private static List<String> audited(String account, String action) {
    return Database.rows(
            "select detail::text from audit_log where subject = 'account/%s' and action = '%s' order by id"
                .formatted(account, action))
        .stream()
        .map(List::getFirst)
        .toList();
  }
}
