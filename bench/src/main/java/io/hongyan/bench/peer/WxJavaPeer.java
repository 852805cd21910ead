package io.hongyan.bench.peer;

import java.sql.SQLException;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.http.apache.DefaultApacheHttpClientBuilder;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateData;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateMessage;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;

/**
 * WxJava in a loop on platform threads, the way Chinese teams publish it: {@code sendTemplateMsg},
 * then a log row. Nothing is queued, so what a crash interrupts is lost or sent twice.
 */
final class WxJavaPeer implements Peer {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final WxMpService weChat;
  private final Payload payload;
  private final SendLog log;
  private final Crew crew;

  WxJavaPeer(WeChatAccount account, PeerOptions options, SendLog log) {
    this.weChat = connect(account, options.connections());
    this.payload = new Payload(account.templateId());
    this.log = log;
    this.crew = new Crew(options.threads(), Thread.ofPlatform().name("wxjava-", 0).factory());
  }

  private static WxMpService connect(WeChatAccount account, int connections) {
    WxMpHostConfig hosts = new WxMpHostConfig();
    hosts.setApiHost(account.baseUrl());
    // Unless told, WxJava shares ten connections among all threads.
    DefaultApacheHttpClientBuilder http = DefaultApacheHttpClientBuilder.get();
    http.setMaxConnPerHost(connections);
    http.setMaxTotalConn(connections);
    http.setSoTimeout(TIMEOUT_MILLIS);
    WxMpDefaultConfigImpl config = new WxMpDefaultConfigImpl();
    config.setAppId(account.appId());
    config.setSecret(account.secret());
    config.setUseStableAccessToken(true);
    config.setHostConfig(hosts);
    config.setApacheHttpClientBuilder(http);
    WxMpService service = new WxMpServiceImpl();
    service.setWxMpConfigStorage(config);
    return service;
  }

  @Override
  public Took run(Batch batch) throws PeerFailedException, InterruptedException {
    return crew.run(batch, this::send);
  }

  private void send(Message message) throws WxErrorException, SQLException {
    WxMpTemplateMessage template = templateFor(message);
    String msgid;
    try {
      msgid = weChat.getTemplateMsgService().sendTemplateMsg(template);
    } catch (WxErrorException e) {
      log.write(
          new SendLog.Row(
              template.getToUser(),
              template.getTemplateId(),
              null,
              e.getError().getErrorCode(),
              e.getError().getErrorMsg(),
              template::toJson));
      throw e;
    }
    log.write(
        new SendLog.Row(
            template.getToUser(), template.getTemplateId(), msgid, 0, "ok", template::toJson));
  }

  private WxMpTemplateMessage templateFor(Message message) {
    WxMpTemplateMessage template =
        WxMpTemplateMessage.builder()
            .toUser(Payload.openid(message))
            .templateId(payload.weChatTemplateId())
            .url(Payload.link(message))
            .clientMsgId(message.id())
            .build();
    Payload.FIELDS.forEach((name, text) -> template.addData(new WxMpTemplateData(name, text)));
    return template;
  }

  @Override
  public void close() {
    log.close();
  }
}
