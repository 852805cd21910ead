package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A path that needs a token and answers from the account behind it. */
final class AccountEndpoint implements Endpoint {

  private final TokenGate gate;
  private final HttpString method;
  private final BiFunction<Account, WeChatRequest, Reply> work;

  AccountEndpoint(
      TokenGate gate, HttpString method, BiFunction<Account, WeChatRequest, Reply> work) {
    this.gate = gate;
    this.method = method;
    this.work = work;
  }

  @Override
  public Call open(WeChatRequest request) {
    return new Call() {
      @Override
      public @Nullable String appid() {
        return gate.findAppid(request);
      }

      @Override
      public Reply answer() {
        if (!request.method().equals(method)) {
          return Reply.refusal(
              method.equals(Methods.GET) ? Refusal.GET_REQUIRED : Refusal.POST_REQUIRED);
        }
        return switch (gate.enter(request)) {
          case TokenGate.Entry.Denied denied -> Reply.refusal(denied.refusal());
          case TokenGate.Entry.Granted granted -> work.apply(granted.account(), request);
        };
      }
    };
  }
}
