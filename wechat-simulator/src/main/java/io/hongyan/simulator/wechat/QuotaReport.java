package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.settings.Settings;
import io.hongyan.simulator.state.SimulatorState;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /cgi-bin/openapi/quota/get}. Calls are counted against every path's quota; only that
 * of sends is enforced.
 */
final class QuotaReport {

  /**
   * What WeChat documents for a day ({@code API_Call_Limits}), and a round number where it is
   * silent.
   */
  static final Map<String, Long> DAILY_LIMITS =
      Map.ofEntries(
          Map.entry(TokenEndpoint.PLAIN_PATH, 2_000L),
          Map.entry(TokenEndpoint.STABLE_PATH, 500_000L),
          Map.entry("/cgi-bin/ticket/getticket", 1_000_000L),
          Map.entry("/cgi-bin/openapi/quota/get", 1_000_000L),
          Map.entry("/cgi-bin/clear_quota", 1_000L),
          Map.entry("/cgi-bin/clear_quota/v2", 1_000L),
          Map.entry("/cgi-bin/user/get", 500L),
          Map.entry("/cgi-bin/user/info", 5_000_000L),
          Map.entry("/cgi-bin/user/info/batchget", 500_000L),
          Map.entry("/cgi-bin/tags/get", 1_000L),
          Map.entry("/cgi-bin/tags/create", 1_000L),
          Map.entry("/cgi-bin/tags/update", 1_000L),
          Map.entry("/cgi-bin/tags/delete", 1_000L),
          Map.entry("/cgi-bin/user/tag/get", 1_000L),
          Map.entry("/cgi-bin/tags/members/batchtagging", 100_000L),
          Map.entry("/cgi-bin/tags/members/batchuntagging", 100_000L),
          Map.entry("/cgi-bin/tags/getidlist", 500_000L),
          Map.entry("/cgi-bin/template/get_all_private_template", 100_000L),
          Map.entry("/cgi-bin/template/api_add_template", 1_000L),
          Map.entry("/cgi-bin/template/del_private_template", 1_000L),
          Map.entry("/cgi-bin/template/get_industry", 100_000L),
          Map.entry("/cgi-bin/template/api_set_industry", 1_000L));

  private final SimulatorState state;

  QuotaReport(SimulatorState state) {
    this.state = state;
  }

  Reply answer(Account account, JsonBody.Parsed body) {
    String path = body.text("cgi_path");
    if (path == null) {
      return Reply.refusal(Refusal.UNKNOWN_CGI_PATH);
    }
    return path.equals(TemplateSendEndpoint.PATH)
        ? Reply.json(ofSends(account.appid()))
        : ofOther(account.appid(), path, DAILY_LIMITS.get(path));
  }

  private ObjectNode ofSends(String appid) {
    Settings limits = state.settings().current();
    Instant now = state.clock().instant();
    ObjectNode reply = quota(limits.dailyLimit(), state.quotas().sends().usedToday(appid, now));
    reply
        .putObject("rate_limit")
        .put("call_count", limits.perMinuteLimit())
        .put("refresh_second", 60);
    return reply;
  }

  private Reply ofOther(String appid, String path, @Nullable Long dailyLimit) {
    if (dailyLimit == null) {
      return Reply.refusal(Refusal.UNKNOWN_CGI_PATH);
    }
    Instant now = state.clock().instant();
    // Without rate_limit, which may be missing at WeChat, too.
    return Reply.json(quota(dailyLimit, state.quotas().calls().usedToday(appid, path, now)));
  }

  private static ObjectNode quota(long dailyLimit, long used) {
    ObjectNode reply = Reply.okBody();
    reply
        .putObject("quota")
        .put("daily_limit", dailyLimit)
        .put("used", used)
        .put("remain", Math.max(0, dailyLimit - used));
    return reply;
  }
}
