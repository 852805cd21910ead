package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.state.SimulatorState;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A path that needs a token and answers from the account behind it. Counts each call with a good
 * token as used up of the path's quota.
 */
final class AccountEndpoint implements Endpoint {

  private final SimulatorState state;
  private final TokenGate gate;
  private final HttpString method;
  private final BiFunction<Account, WeChatRequest, Reply> work;

  private AccountEndpoint(
      SimulatorState state, HttpString method, BiFunction<Account, WeChatRequest, Reply> work) {
    this.state = state;
    this.gate = new TokenGate(state);
    this.method = method;
    this.work = work;
  }

  static AccountEndpoint get(SimulatorState state, BiFunction<Account, WeChatRequest, Reply> work) {
    return new AccountEndpoint(state, Methods.GET, work);
  }

  /** One that takes a JSON object. */
  static AccountEndpoint post(
      SimulatorState state, BiFunction<Account, JsonBody.Parsed, Reply> work) {
    return post(state, Refusal.BAD_JSON, work);
  }

  /**
   * @param unreadable what it says to a body that is no JSON object
   */
  static AccountEndpoint post(
      SimulatorState state, Refusal unreadable, BiFunction<Account, JsonBody.Parsed, Reply> work) {
    return new AccountEndpoint(
        state,
        Methods.POST,
        (account, request) ->
            switch (JsonBody.parse(request.body())) {
              case JsonBody.Parsed body -> work.apply(account, body);
              case JsonBody.Refused refused ->
                  Reply.refusal(
                      refused.refusal().equals(Refusal.BAD_JSON) ? unreadable : refused.refusal());
            });
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
          case TokenGate.Entry.Granted granted -> {
            state
                .quotas()
                .calls()
                .count(granted.account().appid(), request.path(), state.clock().instant());
            yield work.apply(granted.account(), request);
          }
        };
      }
    };
  }
}
