package io.hongyan.sender.wechat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Clients as the tests of other packages need them. */
public final class WeChatClients {

  private WeChatClients() {}

  /** A client that waits that long for an answer. */
  public static WeChatClient to(URI baseUrl, Duration timeout) {
    return new WeChatClient(
        new WeChatProperties(baseUrl, Duration.ofSeconds(2), timeout, Duration.ofMinutes(5)));
  }

  /** The calls about an account, made by that client. */
  public static AccountCalls accountCalls(WeChatClient client) {
    return new AccountCalls(client);
  }

  /** What a client throws when no connection could be made. */
  public static IOException notSent() {
    return new NotSentException(new IOException("Connection refused"));
  }
}
