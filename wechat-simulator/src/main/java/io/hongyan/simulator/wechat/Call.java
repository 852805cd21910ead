package io.hongyan.simulator.wechat;

import org.jspecify.annotations.Nullable;

/** One request on its way through the simulator. */
interface Call {

  /** The account it is about, for faults that strike one account; null when it does not say. */
  @Nullable String appid();

  /** Carries the request out, once, and says what WeChat answers. */
  Reply answer();

  /** It was refused by the fault script instead of being carried out. */
  default void refused(int errcode) {}

  /** A reply goes out, whatever it says. */
  default void replied() {}
}
