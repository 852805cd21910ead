package io.hongyan.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.bean.template.WxMpTemplate;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateData;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateMessage;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WxJava was written against the real WeChat; that it gets along proves the stand-in. */
class WxJavaTest {

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

    assertThatThrownBy(() -> wechat.getTemplateMsgService().sendTemplateMsg(messageTo("xA")))
        .isInstanceOfSatisfying(
            WxErrorException.class, e -> assertThat(e.getError().getErrorCode()).isEqualTo(43004));
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
  void listsTheTemplates() throws Exception {
    assertThat(client(true).getTemplateMsgService().getAllPrivateTemplate())
        .extracting(WxMpTemplate::getTemplateId)
        .contains(RunningSimulator.TEMPLATE);
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
