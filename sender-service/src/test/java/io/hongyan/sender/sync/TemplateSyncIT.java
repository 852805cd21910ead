package io.hongyan.sender.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.AccountChanged;
import io.hongyan.sender.sync.TemplateSync.Problem;
import io.hongyan.sender.sync.TemplateSync.Report;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.transaction.support.TransactionTemplate;

/** What WeChat would refuse about our templates is known before a batch is. */
@Timeout(60)
class TemplateSyncIT {

  private static final String LIST = "/cgi-bin/template/get_all_private_template";

  private final SyncFixture fixture = new SyncFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void whatWeChatListsIsKept() throws Exception {
    SenderAccount account =
        fixture.account(
            """
            "templates":[
              {"template_id":"T1","title":"支付成功","primary_industry":"IT科技","deputy_industry":"互联网",
               "content":"商品:{{thing1.DATA}}","example":"商品:耳机"},
              {"template_id":"T2","title":"发货","content":"{{thing2.DATA}}"}]""");

    Report report = fixture.templates().sync(account);

    assertThat(report.atWeChat()).isEqualTo(2);
    assertThat(rows(account))
        .containsExactly("T1 支付成功 商品:{{thing1.DATA}} 商品:耳机 IT科技 互联网", "T2 发货 {{thing2.DATA}}   ");
    fixture.wechat.putAccount(
        account.appId(),
        "\"templates\":[{\"template_id\":\"T2\",\"title\":\"已发货\",\"content\":\"{{thing2.DATA}}\"}]");
    fixture.templates().sync(account);
    assertThat(rows(account)).containsExactly("T2 已发货 {{thing2.DATA}}   ");
  }

  @Test
  void aVanishedAndAChangedTemplateAreFlaggedAndGoodOnesAreNot() throws Exception {
    SenderAccount account =
        fixture.account(
            """
            "templates":[
              {"template_id":"T1","title":"a","content":"金额:{ {amount2.DATA} }\\n商品:{{thing1.DATA}}"},
              {"template_id":"T2","title":"b","content":"{{thing1.DATA}}{{thing9.DATA}}"}]""");
    local(account, "good", "T1", "商品 {{thing1.DATA}} {{ amount2.DATA }}");
    local(account, "changed", "T2", "{{thing1.DATA}}");
    local(account, "vanished", "T3", "{{thing1.DATA}}");

    Report report = fixture.templates().sync(account);

    assertThat(report.problems())
        .containsExactly(
            new Problem(
                "changed",
                "changed: at WeChat its fields are thing1, thing9, here thing1; PUT the template with WeChat's content"),
            new Problem(
                "vanished",
                "vanished: WeChat no longer lists T3; PUT the template with one that it lists"));
    assertThat(problems(account)).isEqualTo("changed changed, good , vanished vanished");
    assertThat(fixture.events).containsExactly(new AccountChanged(account.id()));
  }

  @Test
  void aFlagStaysWithItsMomentAndGoesWhenTheTemplateIsGoodAgain() throws Exception {
    SenderAccount account = fixture.account("\"templates\":[]");
    local(account, "paid", "T1", "{{thing1.DATA}}");
    fixture.templates().sync(account);
    String since = since(account);

    fixture.templates().sync(account);

    assertThat(since(account)).isNotEmpty().isEqualTo(since);
    assertThat(fixture.events).as("told once").hasSize(1);
    fixture.wechat.putAccount(
        account.appId(),
        "\"templates\":[{\"template_id\":\"T1\",\"content\":\"{{thing1.DATA}}\"}]");
    assertThat(fixture.templates().sync(account).problems()).isEmpty();
    assertThat(problems(account)).isEqualTo("paid ");
    assertThat(since(account)).isEmpty();
    assertThat(fixture.events).hasSize(2);
  }

  @Test
  void anEmptyListIsBelievedOnlyAfterADeletion() throws Exception {
    SenderAccount account =
        fixture.account("\"templates\":[{\"template_id\":\"T1\",\"content\":\"{{thing1.DATA}}\"}]");
    local(account, "paid", "T1", "{{thing1.DATA}}");
    fixture.templates().sync(account);
    fixture.wechat.putAccount(account.appId(), "\"templates\":[]");

    assertThatThrownBy(() -> fixture.templates().sync(account))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no template at all");

    assertThat(rows(account)).hasSize(1);
    assertThat(problems(account)).isEqualTo("paid ");
    fixture.templates().syncAfterDeletion(account);
    assertThat(rows(account)).isEmpty();
    assertThat(problems(account)).isEqualTo("paid vanished");
  }

  @Test
  void anOlderListDoesNotReplaceANewerOne() throws Exception {
    SenderAccount account =
        fixture.account("\"templates\":[{\"template_id\":\"T1\",\"content\":\"{{thing1.DATA}}\"}]");
    AtomicInteger tries = new AtomicInteger();
    TransactionTemplate slow =
        fixture.transactionsAfter(
            () -> {
              if (tries.incrementAndGet() == 1) {
                fixture.wechat.putAccount(
                    account.appId(),
                    "\"templates\":[{\"template_id\":\"T2\",\"content\":\"{{thing1.DATA}}\"}]");
                syncMeanwhile(account);
              }
            });

    fixture.templates(slow).sync(account);

    assertThat(rows(account)).containsExactly("T2  {{thing1.DATA}}   ");
    assertThat(tries).as("read again").hasValue(2);
  }

  private void syncMeanwhile(SenderAccount account) {
    try {
      fixture.templates().sync(account);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void ifWeChatDoesNotSayNothingChanges() throws Exception {
    SenderAccount account =
        fixture.account("\"templates\":[{\"template_id\":\"T1\",\"content\":\"{{thing1.DATA}}\"}]");
    local(account, "paid", "T1", "{{thing1.DATA}}");
    fixture.templates().sync(account);
    fixture.wechat.fault(account.appId(), LIST, 1, "{\"type\":\"errcode\",\"errcode\":48001}");

    assertThatThrownBy(() -> fixture.templates().sync(account))
        .isInstanceOf(WeChatRefusedException.class);

    assertThat(rows(account)).hasSize(1);
    assertThat(problems(account)).isEqualTo("paid ");
  }

  private void local(SenderAccount account, String id, String wechatId, String content) {
    fixture
        .jdbc
        .sql(
            "insert into template (account_id, id, wechat_template_id, title, content) values (?, ?, ?, 't', ?)")
        .params(account.id(), id, wechatId, content)
        .update();
  }

  private List<String> rows(SenderAccount account) {
    return fixture.texts(
        """
        select concat_ws(' ', wechat_template_id, title, content, example, primary_industry, deputy_industry)
        from wechat_template where account_id = ? order by wechat_template_id""",
        account);
  }

  /** Each template with the kind of its problem. */
  private String problems(SenderAccount account) {
    return fixture
        .texts(
            """
            select string_agg(id || ' ' || coalesce(split_part(problem, ':', 1), ''), ', ' order by id)
            from template where account_id = ?""",
            account)
        .getFirst();
  }

  private String since(SenderAccount account) {
    return fixture
        .texts(
            "select coalesce(problem_since::text, '') from template where account_id = ?", account)
        .getFirst();
  }
}
