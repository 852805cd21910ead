package io.hongyan.sender.wechat;

/**
 * An access token; it travels in the query string, so it hides itself wherever it might be shown.
 */
public record AccessToken(String reveal) {

  @Override
  public String toString() {
    return "***";
  }
}
