package io.hongyan.simulator.wechat;

import org.jspecify.annotations.Nullable;

/** Every path that WeChat does not have, or the simulator not yet. */
final class UnknownEndpoint implements Endpoint {

  @Override
  public Call open(WeChatRequest request) {
    return new Call() {
      @Override
      public @Nullable String appid() {
        return null;
      }

      @Override
      public Reply answer() {
        return Reply.refusal(Refusal.INVALID_URL);
      }
    };
  }
}
