package io.hongyan.simulator.wechat;

import io.hongyan.simulator.traffic.Traffic;
import org.jspecify.annotations.Nullable;

/** Another endpoint whose answers are counted for the stats. */
final class CountedEndpoint implements Endpoint {

  private final String path;
  private final Endpoint endpoint;
  private final Traffic traffic;

  CountedEndpoint(String path, Endpoint endpoint, Traffic traffic) {
    this.path = path;
    this.endpoint = endpoint;
    this.traffic = traffic;
  }

  @Override
  public Call open(WeChatRequest request) {
    Call call = endpoint.open(request);
    return new Call() {
      @Override
      public @Nullable String appid() {
        return call.appid();
      }

      @Override
      public Reply answer() {
        return call.answer();
      }

      @Override
      public void refused(int errcode) {
        call.refused(errcode);
      }

      @Override
      public void replied() {
        call.replied();
        traffic.countCall(path);
      }
    };
  }
}
