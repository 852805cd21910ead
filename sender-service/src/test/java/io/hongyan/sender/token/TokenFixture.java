package io.hongyan.sender.token;

import io.hongyan.sender.wechat.WeChatClient;
import io.hongyan.sender.wechat.WeChatClients;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** Senders that share one real Redis, and a WeChat that hands out a new token at each call. */
final class TokenFixture implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofMillis(800);

  private final MockWebServer wechat = new MockWebServer();
  private final List<WeChatClient> clients = new ArrayList<>();
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile MockResponse.@Nullable Builder script;
  private volatile Runnable duringFetch = () -> {};
  final UnifiedJedis redis;
  final String appId = "wx" + UUID.randomUUID().toString().substring(0, 8);

  TokenFixture() throws IOException {
    this(URI.create(TestServers.get().redisUrl()));
  }

  TokenFixture(URI redisAddress) throws IOException {
    redis = RedisClient.create(redisAddress);
    wechat.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            int fetch = fetches.incrementAndGet();
            duringFetch.run();
            MockResponse.Builder scripted = script;
            return scripted != null ? scripted.build() : token("token-" + fetch, 7_200);
          }
        });
    wechat.start();
  }

  static MockResponse token(String token, int seconds) {
    return new MockResponse.Builder()
        .body("{\"access_token\":\"%s\",\"expires_in\":%d}".formatted(token, seconds))
        .build();
  }

  /** The tokens of one more sender. */
  AccessTokens sender() {
    return sender(defaults());
  }

  AccessTokens sender(TokenProperties properties) {
    WeChatClient client = WeChatClients.to(wechat.url("/").uri(), TIMEOUT);
    clients.add(client);
    return new AccessTokens(
        new TokenStore(redis),
        new TokenLock(redis, properties),
        client,
        properties,
        Clock.systemUTC());
  }

  static TokenProperties defaults() {
    return properties(TokenProperties.Source.STABLE_TOKEN, Duration.ofSeconds(2));
  }

  static TokenProperties properties(TokenProperties.Source source, Duration lockTtl) {
    return new TokenProperties(
        source,
        "wx",
        Duration.ofSeconds(60),
        lockTtl,
        lockTtl.plusSeconds(3),
        Duration.ofMillis(10),
        Duration.ofSeconds(200));
  }

  /** From now on WeChat's token call answers this. */
  void answer(MockResponse.Builder answer) {
    script = answer;
  }

  void answerAgainWithTokens() {
    script = null;
  }

  /** Runs while WeChat is being asked. */
  void duringFetch(Runnable action) {
    duringFetch = action;
  }

  /** Token calls that reached WeChat. */
  int fetches() {
    return fetches.get();
  }

  RecordedRequest request() throws InterruptedException {
    return wechat.takeRequest();
  }

  String tokenKey() {
    return "wx:access_token:" + appId;
  }

  String lockKey() {
    return "hongyan:token-lock:" + appId;
  }

  @Override
  public void close() {
    clients.forEach(WeChatClient::destroy);
    wechat.close();
    redis.close();
  }
}
