package io.hongyan.simulator.account;

/** How what WeChat posts is written. */
public enum CallbackFormat {
  XML,
  JSON
}
