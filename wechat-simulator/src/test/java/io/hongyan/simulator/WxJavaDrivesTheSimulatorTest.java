package io.hongyan.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.WxMpTemplateMsgService;
import me.chanjar.weixin.mp.api.WxMpUserService;
import me.chanjar.weixin.mp.api.WxMpUserTagService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.bean.result.WxMpUser;
import me.chanjar.weixin.mp.bean.result.WxMpUserList;
import me.chanjar.weixin.mp.bean.tag.WxTagListUser;
import me.chanjar.weixin.mp.bean.tag.WxUserTag;
import me.chanjar.weixin.mp.bean.template.WxMpTemplate;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateData;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateIndustry;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateIndustryEnum;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateMessage;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WxJava was written against the real WeChat; that it gets along proves the stand-in. */
class WxJavaDrivesTheSimulatorTest {

  private RunningSimulator simulator;

  @BeforeEach
  void start() throws Exception {
    simulator = RunningSimulator.start(Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fetchesATokenAndSends(boolean stable) throws Exception {
    WxMpService wechat = client(stable);

    String msgid = wechat.getTemplateMsgService().sendTemplateMsg(messageTo("oA"));

    assertThat(Long.parseLong(msgid)).isGreaterThan(1L << 53);
    var kept = simulator.get("/_sim/messages?clientMsgId=wxjava-1").json().get("messages");
    assertThat(kept.get(0).get("msgid").longValue()).isEqualTo(Long.parseLong(msgid));
    assertThat(kept.get(0).get("data").get("thing1").get("value").stringValue()).isEqualTo("耳机");
    assertThat(simulator.stats().get("tokenFetches").get(RunningSimulator.APPID).intValue())
        .isEqualTo(1);
  }

  @Test
  void seesAnErrcodeAsWxErrorException() {
    WxMpService wechat = client(true);

    assertRefused(43004, () -> wechat.getTemplateMsgService().sendTemplateMsg(messageTo("xA")));
  }

  @Test
  void refreshesItsTokenWhenItWasRetired() throws Exception {
    WxMpService wechat = client(true);
    wechat.getTemplateMsgService().sendTemplateMsg(messageTo("oA"));
    simulator.fetchStableToken(true);

    wechat.getTemplateMsgService().sendTemplateMsg(messageTo("oB"));

    assertThat(simulator.stats().get("accepted").intValue()).isEqualTo(2);
    assertThat(simulator.stats().get("rejected").get("40001").intValue()).isEqualTo(1);
  }

  @Test
  void pagesThroughTheFollowersUntilNobodyIsLeft() throws Exception {
    simulator.putFollowers("{\"generated\":{\"prefix\":\"oM\",\"count\":25000}}", "null");
    WxMpUserService users = client(true).getUserService();

    List<String> openids = new ArrayList<>();
    WxMpUserList page = users.userList(null);
    while (page.getCount() > 0) {
      assertThat(page.getTotal()).isEqualTo(25_000);
      openids.addAll(page.getOpenids());
      page = users.userList(page.getNextOpenid());
    }

    assertThat(openids).hasSize(25_000).doesNotHaveDuplicates().endsWith("oM0025000");
    assertThat(page.getNextOpenid()).isEmpty();
    assertThat(simulator.stats().get("calls").get("/cgi-bin/user/get").intValue()).isEqualTo(4);
  }

  @Test
  void fetchesAllFollowersByItself() throws Exception {
    simulator.putFollowers("{\"generated\":{\"prefix\":\"oM\",\"count\":25000}}", "null");

    WxMpUserList all = client(true).getUserService().userList();

    assertThat(all.getCount()).isEqualTo(25_000);
    assertThat(all.getOpenids()).hasSize(25_000).doesNotHaveDuplicates();
  }

  @Test
  void asksAboutOnePersonAndAboutSeveral() throws Exception {
    simulator.putFollowers(
        "[\"oA\",\"oB\"]", "[{\"id\":134,\"name\":\"vip\",\"openids\":[\"oB\"]}]");
    WxMpUserService users = client(true).getUserService();

    WxMpUser one = users.userInfo("oB");
    List<WxMpUser> several = users.userInfoList(List.of("oA", "oLeft"));

    assertThat(one.getSubscribe()).isTrue();
    assertThat(one.getLanguage()).isEqualTo("zh_CN");
    assertThat(one.getSubscribeTime()).isEqualTo(1_577_836_801L);
    assertThat(one.getTagIds()).containsExactly(134L);
    assertThat(several).extracting(WxMpUser::getOpenId).containsExactly("oA", "oLeft");
    assertThat(several).extracting(WxMpUser::getSubscribe).containsExactly(true, false);
  }

  @Test
  void createsGivesListsAndDeletesTags() throws Exception {
    simulator.putFollowers("{\"generated\":{\"prefix\":\"oM\",\"count\":30}}", "null");
    WxMpUserTagService tags = client(true).getUserTagService();

    WxUserTag tag = tags.tagCreate("vip");
    assertThat(tags.batchTagging(tag.getId(), new String[] {"oM0000007", "oM0000003"})).isTrue();
    assertThat(tags.batchUntagging(tag.getId(), new String[] {"oM0000003"})).isTrue();
    assertThat(tags.tagUpdate(tag.getId(), "gold")).isTrue();

    assertThat(tags.tagGet())
        .extracting(WxUserTag::getId, WxUserTag::getName, WxUserTag::getCount)
        .containsExactly(tuple(tag.getId(), "gold", 1));
    assertThat(tags.userTagList("oM0000007")).containsExactly(tag.getId());
    WxTagListUser carriers = tags.tagListUser(tag.getId(), "");
    assertThat(carriers.getCount()).isEqualTo(1);
    assertThat(carriers.getData().getOpenidList()).containsExactly("oM0000007");
    assertThat(carriers.getNextOpenid()).isEqualTo("oM0000007");
    assertThat(tags.tagListUser(tag.getId(), "oM0000007").getCount()).isZero();
    assertThat(tags.tagDelete(tag.getId())).isTrue();
    assertThat(tags.tagGet()).isEmpty();
  }

  @Test
  void seesTheCodesOfTags() throws Exception {
    WxMpUserTagService tags = client(true).getUserTagService();
    tags.tagCreate("vip");

    assertRefused(45157, () -> tags.tagCreate("vip"));
    assertRefused(45058, () -> tags.tagDelete(2L));
    assertRefused(45159, () -> tags.tagListUser(999L, ""));
    assertRefused(40003, () -> tags.batchTagging(100L, new String[] {"xNobody"}));
    assertRefused(40032, () -> tags.batchTagging(100L, new String[0]));
  }

  @Test
  void addsListsAndDeletesTemplates() throws Exception {
    WxMpTemplateMsgService templates = client(true).getTemplateMsgService();

    String templateId = templates.addTemplate("47123", List.of("时间", "地点"));

    assertThat(templates.getAllPrivateTemplate())
        .filteredOn(template -> template.getTemplateId().equals(templateId))
        .singleElement()
        .satisfies(
            template -> {
              assertThat(template.getTitle()).isEqualTo("预约成功通知");
              assertThat(template.getContent())
                  .isEqualTo("时间:{{time1.DATA}}\n地点:{{thing2.DATA}}\n");
              assertThat(template.getExample()).startsWith("时间:2026年11月22日");
              assertThat(template.getPrimaryIndustry()).isEmpty();
            });
    assertThat(templates.delPrivateTemplate(templateId)).isTrue();
    assertThat(templates.getAllPrivateTemplate())
        .extracting(WxMpTemplate::getTemplateId)
        .containsExactly(RunningSimulator.TEMPLATE, RunningSimulator.OLD_TEMPLATE);
    assertRefused(40037, () -> templates.delPrivateTemplate(templateId));
    assertRefused(40246, () -> templates.addTemplate("47123", List.of("颜色")));
    assertRefused(40247, () -> templates.addTemplate("TM00015", List.of("时间")));
  }

  @Test
  void setsTheIndustriesOnceAMonth() throws Exception {
    WxMpTemplateMsgService templates = client(true).getTemplateMsgService();
    assertThat(templates.getIndustry().getPrimaryIndustry()).isNull();
    WxMpTemplateIndustry chosen =
        new WxMpTemplateIndustry(
            WxMpTemplateIndustryEnum.EXPRESS, WxMpTemplateIndustryEnum.CONSUMER_GOODS);

    assertThat(templates.setIndustry(chosen)).isTrue();

    WxMpTemplateIndustry read = templates.getIndustry();
    assertThat(read.getPrimaryIndustry()).isEqualTo(WxMpTemplateIndustryEnum.EXPRESS);
    assertThat(read.getSecondIndustry()).isEqualTo(WxMpTemplateIndustryEnum.CONSUMER_GOODS);
    assertRefused(43100, () -> templates.setIndustry(chosen));
  }

  @Test
  void clearsTheQuotaTenTimesAMonth() throws Exception {
    simulator.set("{\"dailyLimit\":1}");
    WxMpService wechat = client(true);
    wechat.getTemplateMsgService().sendTemplateMsg(messageTo("oA"));
    assertRefused(45009, () -> wechat.getTemplateMsgService().sendTemplateMsg(messageTo("oB")));

    wechat.clearQuota(RunningSimulator.APPID);

    wechat.getTemplateMsgService().sendTemplateMsg(messageTo("oB"));
    for (int i = 1; i < 10; i++) {
      wechat.clearQuota(RunningSimulator.APPID);
    }
    assertRefused(48006, () -> wechat.clearQuota(RunningSimulator.APPID));
    assertRefused(40013, () -> wechat.clearQuota("wx9"));
  }

  @Test
  void fetchesTheJsapiTicketOnceAndSignsPagesWithIt() throws Exception {
    WxMpService wechat = client(true);

    String ticket = wechat.getJsapiTicket();

    assertThat(wechat.getJsapiTicket()).isEqualTo(ticket);
    assertThat(wechat.createJsapiSignature("https://example.com/").getSignature()).hasSize(40);
    assertThat(wechat.getJsapiTicket(true)).isEqualTo(ticket);
    assertThat(simulator.stats().get("calls").get("/cgi-bin/ticket/getticket").intValue())
        .isEqualTo(2);
  }

  private static void assertRefused(int errcode, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WxErrorException.class,
            e -> assertThat(e.getError().getErrorCode()).isEqualTo(errcode));
  }

  private WxMpService client(boolean stable) {
    WxMpHostConfig hosts = new WxMpHostConfig();
    hosts.setApiHost(simulator.address());
    WxMpDefaultConfigImpl config = new WxMpDefaultConfigImpl();
    config.setAppId(RunningSimulator.APPID);
    config.setSecret(RunningSimulator.SECRET);
    config.setUseStableAccessToken(stable);
    config.setHostConfig(hosts);
    WxMpService wechat = new WxMpServiceImpl();
    wechat.setWxMpConfigStorage(config);
    return wechat;
  }

  private static WxMpTemplateMessage messageTo(String openid) {
    WxMpTemplateMessage message =
        WxMpTemplateMessage.builder()
            .toUser(openid)
            .templateId(RunningSimulator.TEMPLATE)
            .url("https://example.com/orders/991")
            .build();
    message.setClientMsgId("wxjava-1");
    message.addData(new WxMpTemplateData("thing1", "耳机"));
    message.addData(new WxMpTemplateData("amount2", "¥39.80"));
    return message;
  }
}
