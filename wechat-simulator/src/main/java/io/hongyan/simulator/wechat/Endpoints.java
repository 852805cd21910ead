package io.hongyan.simulator.wechat;

import io.hongyan.simulator.state.SimulatorState;
import java.util.HashMap;
import java.util.Map;

/** Which of WeChat's paths is answered by whom. */
final class Endpoints {

  private final SimulatorState state;
  private final Map<String, Endpoint> byPath = new HashMap<>();

  private Endpoints(SimulatorState state) {
    this.state = state;
  }

  static Map<String, Endpoint> of(SimulatorState state) {
    Endpoints endpoints = new Endpoints(state);
    endpoints.byPath.put(
        TemplateSendEndpoint.PATH, new TemplateSendEndpoint(new TokenGate(state), state));
    endpoints.addAccess();
    endpoints.addQuotas();
    endpoints.addFollowers();
    endpoints.addTags();
    endpoints.addTemplates();
    return Map.copyOf(endpoints.byPath);
  }

  private void addAccess() {
    add(TokenEndpoint.PLAIN_PATH, TokenEndpoint.plain(state));
    add(TokenEndpoint.STABLE_PATH, TokenEndpoint.stable(state));
    add("/cgi-bin/ticket/getticket", AccountEndpoint.get(state, new TicketCall(state)::fetch));
  }

  private void addQuotas() {
    add("/cgi-bin/openapi/quota/get", AccountEndpoint.post(state, new QuotaReport(state)::answer));
    ClearQuotaCalls calls = new ClearQuotaCalls(state);
    add("/cgi-bin/clear_quota", AccountEndpoint.post(state, calls::clear));
    add("/cgi-bin/clear_quota/v2", calls.bySecret());
  }

  private void addFollowers() {
    FollowerCalls calls = new FollowerCalls(state);
    add("/cgi-bin/user/get", AccountEndpoint.get(state, calls::list));
    add("/cgi-bin/user/info", AccountEndpoint.get(state, calls::info));
    add("/cgi-bin/user/info/batchget", AccountEndpoint.post(state, calls::infos));
  }

  private void addTags() {
    TagCalls calls = new TagCalls(state);
    add("/cgi-bin/tags/get", AccountEndpoint.get(state, calls::list));
    add("/cgi-bin/tags/create", AccountEndpoint.post(state, calls::create));
    add("/cgi-bin/tags/update", AccountEndpoint.post(state, calls::rename));
    add("/cgi-bin/tags/delete", AccountEndpoint.post(state, calls::delete));
    add("/cgi-bin/user/tag/get", AccountEndpoint.post(state, calls::carriers));
    add("/cgi-bin/tags/members/batchtagging", AccountEndpoint.post(state, calls::give));
    add("/cgi-bin/tags/members/batchuntagging", AccountEndpoint.post(state, calls::take));
    add("/cgi-bin/tags/getidlist", AccountEndpoint.post(state, calls::idsOf));
  }

  private void addTemplates() {
    TemplateCalls calls = new TemplateCalls(state);
    add("/cgi-bin/template/get_all_private_template", AccountEndpoint.get(state, calls::list));
    add("/cgi-bin/template/api_add_template", AccountEndpoint.post(state, calls::add));
    add("/cgi-bin/template/del_private_template", AccountEndpoint.post(state, calls::delete));
    add("/cgi-bin/template/get_industry", AccountEndpoint.get(state, calls::industry));
    // WeChat says 40103 to a form instead of JSON here.
    add(
        "/cgi-bin/template/api_set_industry",
        AccountEndpoint.post(state, Refusal.INVALID_INDUSTRY_INDEX, calls::setIndustry));
  }

  /** Sends are not added this way: the message log counts them. */
  private void add(String path, Endpoint endpoint) {
    byPath.put(path, new CountedEndpoint(path, endpoint, state.traffic()));
  }
}
