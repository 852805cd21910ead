package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.state.SimulatorState;
import io.hongyan.simulator.token.IssuedToken;

/** {@code GET /cgi-bin/ticket/getticket?type=jsapi}. */
final class TicketCall {

  private final SimulatorState state;

  TicketCall(SimulatorState state) {
    this.state = state;
  }

  Reply fetch(Account account, WeChatRequest request) {
    // WeChat has a ticket for cards, too, which the simulator has not.
    if (!request.parameter("type").equals("jsapi")) {
      return Reply.refusal(Refusal.INVALID_ARGS);
    }
    IssuedToken ticket = state.tickets().fetch(account.appid());
    return Reply.json(
        Reply.okBody()
            .put("ticket", ticket.value())
            .put("expires_in", ticket.remaining().toSeconds()));
  }
}
