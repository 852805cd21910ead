package io.hongyan.simulator.token;

/** What a token is worth. */
public sealed interface TokenStanding {

  /** The account may be acted for. */
  record Valid(String appid) implements TokenStanding {}

  /** Its lifetime is over and no newer one retired it before. */
  record Expired() implements TokenStanding {}

  /** Never issued, or replaced by a newer one. */
  record Invalid() implements TokenStanding {}
}
