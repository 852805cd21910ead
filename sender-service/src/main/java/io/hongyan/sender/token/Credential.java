package io.hongyan.sender.token;

import java.time.Duration;

/**
 * What WeChat gave an account for a time, an access token or a ticket; it hides itself wherever it
 * might be shown.
 *
 * @param expiresIn how long it may still be used; ends before WeChat says it ends
 */
public record Credential(String reveal, Duration expiresIn) {

  @Override
  public String toString() {
    return "***";
  }
}
