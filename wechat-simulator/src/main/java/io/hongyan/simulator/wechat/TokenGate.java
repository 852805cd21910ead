package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.state.SimulatorState;
import io.hongyan.simulator.token.TokenStanding;
import org.jspecify.annotations.Nullable;

/** Lets a request in by its access token; shared by the endpoints that need one. */
final class TokenGate {

  private final SimulatorState state;

  TokenGate(SimulatorState state) {
    this.state = state;
  }

  /** Whose request it is. */
  sealed interface Entry {
    record Granted(Account account) implements Entry {}

    record Denied(Refusal refusal) implements Entry {}
  }

  Entry enter(WeChatRequest request) {
    String token = request.accessToken();
    if (token == null) {
      return new Entry.Denied(Refusal.ACCESS_TOKEN_MISSING);
    }
    return switch (state.tokens().check(token)) {
      case TokenStanding.Valid valid -> grant(valid.appid());
      case TokenStanding.Expired expired -> new Entry.Denied(Refusal.ACCESS_TOKEN_EXPIRED);
      case TokenStanding.Invalid invalid -> new Entry.Denied(Refusal.INVALID_CREDENTIAL);
    };
  }

  /** Whose token the request carries, good or not any more. */
  @Nullable String findAppid(WeChatRequest request) {
    String token = request.accessToken();
    return token == null ? null : state.tokens().findAppid(token);
  }

  private Entry grant(String appid) {
    Account account = state.accounts().find(appid);
    return account == null
        ? new Entry.Denied(Refusal.INVALID_CREDENTIAL)
        : new Entry.Granted(account);
  }
}
