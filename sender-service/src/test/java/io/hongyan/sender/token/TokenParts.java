package io.hongyan.sender.token;

import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.WeChatClient;
import java.time.Clock;
import java.time.Duration;
import redis.clients.jedis.UnifiedJedis;

/** The token package's parts as the tests of other packages need them. */
public final class TokenParts {

  private TokenParts() {}

  /** Calls with tokens of {@code stable_token}. */
  public static TokenCalls calls(UnifiedJedis redis, WeChatClient client, Clock clock) {
    return new TokenCalls(tokens(redis, client, TokenProperties.Source.STABLE_TOKEN, clock));
  }

  static AccessTokens tokens(
      UnifiedJedis redis, WeChatClient client, TokenProperties.Source source, Clock clock) {
    TokenProperties properties = TokenFixture.properties(source, Duration.ofSeconds(5));
    return new AccessTokens(
        new TokenStore(redis), new TokenLock(redis, properties), client, properties, clock);
  }

  static JsapiTickets tickets(
      UnifiedJedis redis, TokenCalls calls, AccountCalls wechat, Clock clock) {
    TokenProperties properties = TokenFixture.defaults();
    return new JsapiTickets(
        new TokenStore(redis), new TokenLock(redis, properties), calls, wechat, properties, clock);
  }
}
