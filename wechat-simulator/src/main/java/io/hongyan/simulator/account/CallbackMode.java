package io.hongyan.simulator.account;

/** How what WeChat posts is protected. */
public enum CallbackMode {
  /** As it is. */
  PLAIN,

  /** As it is, and encrypted beside it. */
  COMPATIBLE,

  /** Encrypted only. */
  SAFE;

  public boolean encrypts() {
    return this != PLAIN;
  }
}
