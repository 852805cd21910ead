package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.state.SimulatorState;
import org.jspecify.annotations.Nullable;

/** {@code POST /cgi-bin/clear_quota} and {@code /v2}; both count towards the same ten a month. */
final class ClearQuotaCalls {

  private final SimulatorState state;

  ClearQuotaCalls(SimulatorState state) {
    this.state = state;
  }

  /** With a token, which must be the named account's. */
  Reply clear(Account account, JsonBody.Parsed body) {
    return account.appid().equals(body.text("appid"))
        ? clear(account)
        : Reply.refusal(Refusal.INVALID_APPID);
  }

  /** With the account's secret instead of a token. */
  Endpoint bySecret() {
    return request -> {
      JsonBody body = JsonBody.parse(request.body());
      return new Call() {
        @Override
        public @Nullable String appid() {
          return body instanceof JsonBody.Parsed parsed ? parsed.text("appid") : null;
        }

        @Override
        public Reply answer() {
          if (!request.isPost()) {
            return Reply.refusal(Refusal.POST_REQUIRED);
          }
          return switch (body) {
            case JsonBody.Refused refused -> Reply.refusal(refused.refusal());
            case JsonBody.Parsed parsed ->
                clear(parsed.text("appid"), parsed.text("appsecret"), request.path());
          };
        }
      };
    };
  }

  private Reply clear(@Nullable String appid, @Nullable String secret, String path) {
    if (appid == null || appid.isEmpty()) {
      return Reply.refusal(Refusal.APPID_MISSING);
    }
    if (secret == null || secret.isEmpty()) {
      return Reply.refusal(Refusal.APPSECRET_MISSING);
    }
    Account account = state.accounts().find(appid);
    if (account == null) {
      return Reply.refusal(Refusal.INVALID_APPID);
    }
    if (!account.secret().equals(secret)) {
      return Reply.refusal(Refusal.INVALID_APPSECRET);
    }
    state.quotas().calls().count(appid, path, state.clock().instant());
    return clear(account);
  }

  private Reply clear(Account account) {
    boolean cleared =
        state
            .quotas()
            .clearDay(
                account.appid(),
                state.clock().instant(),
                state.settings().current().clearQuotaPerMonth());
    return cleared ? Reply.ok() : Reply.refusal(Refusal.CLEARS_USED_UP);
  }
}
