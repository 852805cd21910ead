package io.hongyan.sender.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.sender.Samples;
import io.hongyan.sender.SimulatedWeChat;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.wechat.AccessToken;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.WeChatClient;
import io.hongyan.sender.wechat.WeChatClients;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import me.chanjar.weixin.common.redis.WxRedisOps;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpRedisConfigImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * Another program of the company uses WxJava with its Redis storage for the same account: whatever
 * either does to the shared token and ticket, both can call WeChat.
 */
@Timeout(60)
class WxJavaSharesTokensIT {

  private static final int ROUNDS = 20;

  private final SimulatedWeChat simulator = new SimulatedWeChat(Clock.systemUTC());
  private final UnifiedJedis redis = RedisClient.create(URI.create(TestServers.get().redisUrl()));
  private final SenderAccount account =
      Samples.account("mall", "wx" + UUID.randomUUID().toString().substring(0, 8));
  private final WeChatClient client = WeChatClients.to(simulator.address(), Duration.ofSeconds(5));
  private final AccountCalls calls = WeChatClients.accountCalls(client);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  WxJavaSharesTokensIT() {
    simulator.putAccount(account.appId(), "\"followers\":[\"oA\"]");
  }

  @AfterEach
  void close() {
    threads.close();
    redis.del(tokenKey(), ticketKey());
    client.destroy();
    simulator.close();
    redis.close();
  }

  @ParameterizedTest
  @EnumSource(TokenProperties.Source.class)
  void aTokenThatWxJavaStoredIsUsed(TokenProperties.Source source) throws Exception {
    String theirs = wxJava(source).getAccessToken();

    Credential ours = tokens(source).fetch(account);

    assertThat(ours.reveal()).isEqualTo(theirs);
    // WxJava keeps it to its very end.
    assertThat(ours.expiresIn()).isBetween(Duration.ofSeconds(6_990), Duration.ofSeconds(7_200));
    assertThat(simulator.tokenFetches(account.appId())).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(TokenProperties.Source.class)
  void ourTokenIsFoundByWxJava(TokenProperties.Source source) throws Exception {
    String ours = tokens(source).fetch(account).reveal();

    assertThat(wxJava(source).getAccessToken()).isEqualTo(ours);
    assertThat(simulator.tokenFetches(account.appId())).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(TokenProperties.Source.class)
  void bothFetchAtTheSameMomentAndBothCanCallAfterwards(TokenProperties.Source source)
      throws Exception {
    // Neither takes the other's lock; with /cgi-bin/token each fetch retires the token before, and
    // without the overlap at once.
    for (int overlap : List.of(300, 0)) {
      simulator.settings("{\"tokenOverlapSeconds\":%d}".formatted(overlap));
      for (int round = 0; round < ROUNDS; round++) {
        redis.del(tokenKey());
        WxMpService wxJava = wxJava(source);
        AccessTokens tokens = tokens(source);
        TokenCalls ours = new TokenCalls(tokens);

        atOnce(() -> wxJava.getAccessToken(true), () -> tokens.fetch(account).reveal());

        assertThat(ours.call(account, token -> calls.fetchFollowers(token, "")).total()).isOne();
        assertThat(wxJava.getUserService().userList("").getTotal()).isOne();
        assertThat(ours.call(account, token -> calls.fetchFollowers(token, "")).total()).isOne();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TokenProperties.Source.class)
  void bothRefreshTheSameRefusedTokenAtTheSameMoment(TokenProperties.Source source)
      throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      // Of two fetched at once the older may be the one that is stored, and would outlive the
      // retirement.
      redis.del(tokenKey());
      WxMpService wxJava = wxJava(source);
      AccessTokens tokens = tokens(source);
      TokenCalls ours = new TokenCalls(tokens);
      AccessToken before = tokens.fetchToken(account);
      simulator.settings("{\"tokenOverlapSeconds\":0}");
      retire(source);
      simulator.settings("{\"tokenOverlapSeconds\":300}");

      atOnce(
          () -> wxJava.getUserService().userList("").getTotal(),
          () -> ours.call(account, token -> calls.fetchFollowers(token, "")).total());

      assertThat(ours.call(account, token -> calls.fetchFollowers(token, "")).total()).isOne();
      assertThat(wxJava.getUserService().userList("").getTotal()).isOne();
      assertThat(tokens.fetchToken(account)).isNotEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(TokenProperties.Source.class)
  void aRefreshByOneIsTakenUpByTheOther(TokenProperties.Source source) throws Exception {
    WxMpService wxJava = wxJava(source);
    AccessTokens tokens = tokens(source);
    AccessToken refused = tokens.fetchToken(account);
    simulator.settings("{\"tokenOverlapSeconds\":0}");

    String theirs = wxJava.getAccessToken(true);
    String ours = tokens.refresh(account, refused).reveal();

    assertThat(ours).as("theirs is not dropped for the one that failed").isEqualTo(theirs);
    retire(source);
    String next = tokens.refresh(account, new AccessToken(theirs)).reveal();
    assertThat(wxJava.getAccessToken()).isEqualTo(next);
  }

  @ParameterizedTest
  @EnumSource(TokenProperties.Source.class)
  void ticketsAreSharedBothWays(TokenProperties.Source source) throws Exception {
    TokenCalls tokenCalls = new TokenCalls(tokens(source));
    Credential ours =
        TokenParts.tickets(redis, tokenCalls, calls, Clock.systemUTC()).fetch(account);

    assertThat(wxJava(source).getJsapiTicket()).isEqualTo(ours.reveal());
    assertThat(ours.expiresIn()).isBetween(Duration.ofSeconds(6_990), Duration.ofSeconds(7_000));
    redis.del(ticketKey());
    String theirs = wxJava(source).getJsapiTicket();
    assertThat(
            TokenParts.tickets(redis, tokenCalls, calls, Clock.systemUTC()).fetch(account).reveal())
        .isEqualTo(theirs);
    assertThat(ours.toString()).doesNotContain(ours.reveal());
  }

  private AccessTokens tokens(TokenProperties.Source source) {
    return TokenParts.tokens(redis, client, source, Clock.systemUTC());
  }

  /** WeChat stops taking the account's token. */
  private void retire(TokenProperties.Source source) {
    if (source == TokenProperties.Source.STABLE_TOKEN) {
      simulator.retireToken(account.appId());
    } else {
      simulator.call(
          "GET",
          "/cgi-bin/token?grant_type=client_credential&appid=%s&secret=%s"
              .formatted(account.appId(), Samples.SECRET),
          "");
    }
  }

  private String tokenKey() {
    return "wx:access_token:" + account.appId();
  }

  private String ticketKey() {
    return "wx:ticket:key:" + account.appId() + ":jsapi";
  }

  private <T> void atOnce(Callable<T> first, Callable<T> second) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Future<T> one = threads.submit(() -> after(go, first));
    Future<T> two = threads.submit(() -> after(go, second));
    go.countDown();
    one.get();
    two.get();
  }

  private static <T> T after(CountDownLatch go, Callable<T> call) throws Exception {
    go.await();
    return call.call();
  }

  /** Another program. */
  private WxMpService wxJava(TokenProperties.Source source) {
    WxMpHostConfig hosts = new WxMpHostConfig();
    hosts.setApiHost(simulator.address().toString());
    WxMpRedisConfigImpl config = new WxMpRedisConfigImpl(new Redis(redis), "wx");
    config.setAppId(account.appId());
    config.setSecret(Samples.SECRET);
    config.setUseStableAccessToken(source == TokenProperties.Source.STABLE_TOKEN);
    config.setHostConfig(hosts);
    WxMpService wechat = new WxMpServiceImpl();
    wechat.setWxMpConfigStorage(config);
    return wechat;
  }

  /**
   * WxJava's Redis commands, on the Jedis of today: its own class was compiled against one of 2021.
   * The locks are WxJava's business; those of one process serve here.
   */
  private record Redis(UnifiedJedis jedis) implements WxRedisOps {

    @Override
    public @Nullable String getValue(String key) {
      return jedis.get(key);
    }

    @Override
    public void setValue(String key, String value, int expire, TimeUnit unit) {
      if (expire <= 0) {
        jedis.set(key, value);
      } else {
        jedis.set(key, value, SetParams.setParams().px(unit.toMillis(expire)));
      }
    }

    @Override
    public Long getExpire(String key) {
      return jedis.ttl(key);
    }

    @Override
    public void expire(String key, int expire, TimeUnit unit) {
      jedis.pexpire(key, unit.toMillis(expire));
    }

    @Override
    public Lock getLock(String key) {
      return new ReentrantLock();
    }
  }
}
