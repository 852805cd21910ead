package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.settings.Settings;
import io.hongyan.simulator.state.SimulatorState;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /cgi-bin/openapi/quota/get}, for the one path whose quota is counted: the send. */
final class QuotaReport {

  static final String PATH = "/cgi-bin/openapi/quota/get";

  private final SimulatorState state;

  QuotaReport(SimulatorState state) {
    this.state = state;
  }

  Reply answer(Account account, WeChatRequest request) {
    return switch (JsonBody.parse(request.body())) {
      case JsonBody.Refused refused -> Reply.refusal(refused.refusal());
      case JsonBody.Parsed parsed ->
          TemplateSendEndpoint.PATH.equals(parsed.text("cgi_path"))
              ? Reply.json(quotaOf(account))
              : Reply.refusal(Refusal.UNKNOWN_CGI_PATH);
    };
  }

  private ObjectNode quotaOf(Account account) {
    Settings limits = state.settings().current();
    long used = state.quota().usedToday(account.appid(), state.clock().instant());
    ObjectNode reply = JsonNodeFactory.instance.objectNode().put("errcode", 0).put("errmsg", "ok");
    reply
        .putObject("quota")
        .put("daily_limit", limits.dailyLimit())
        .put("used", used)
        .put("remain", Math.max(0, limits.dailyLimit() - used));
    reply
        .putObject("rate_limit")
        .put("call_count", limits.perMinuteLimit())
        .put("refresh_second", 60);
    return reply;
  }
}
