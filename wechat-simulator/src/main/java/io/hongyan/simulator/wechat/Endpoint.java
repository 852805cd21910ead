package io.hongyan.simulator.wechat;

/** One of WeChat's paths. */
interface Endpoint {

  /** Reads the request without acting on it yet: a fault may strike before that. */
  Call open(WeChatRequest request);
}
