package io.hongyan.simulator.token;

import java.time.Duration;
import java.time.Instant;

/** One issued token and how long it is good for; written under the issuer's lock, read freely. */
final class Token {

  private final String value;
  private final String appid;
  private final Instant expiresAt;
  private volatile Instant retiredAt = Instant.MAX;

  Token(String value, String appid, Instant expiresAt) {
    this.value = value;
    this.appid = appid;
    this.expiresAt = expiresAt;
  }

  String value() {
    return value;
  }

  String appid() {
    return appid;
  }

  Instant expiresAt() {
    return expiresAt;
  }

  void retireAt(Instant moment) {
    retiredAt = moment;
  }

  boolean isRetired(Instant now) {
    return !now.isBefore(retiredAt);
  }

  boolean isExpired(Instant now) {
    return !now.isBefore(expiresAt);
  }

  IssuedToken handedOut(Instant now) {
    return new IssuedToken(value, Duration.between(now, expiresAt));
  }
}
