package io.hongyan.sender.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.hongyan.common.secret.Secret;
import io.hongyan.network.FaultyProxy;
import io.hongyan.sender.Samples;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.wechat.AccessToken;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.AccountCalls.TicketReply;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.params.SetParams;

/** Design section 8: one fetch, whoever asks; only the failed token is dropped. */
@Timeout(60)
class AccessTokensIT {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final TokenFixture fixture = new TokenFixture();
  private final SenderAccount account = Samples.account("mall", fixture.appId);

  AccessTokensIT() throws Exception {}

  @AfterEach
  void close() {
    threads.close();
    fixture.redis.del(fixture.tokenKey(), fixture.lockKey());
    fixture.close();
  }

  @Test
  void twoHundredThreadsFetchOnce() throws Exception {
    AccessTokens tokens = fixture.sender();

    List<Result> results = atOnce(200, () -> tokens.fetchToken(account));

    assertThat(results).containsOnly(new Result("token-1", null));
    assertThat(fixture.fetches()).isEqualTo(1);
    tokens.fetchToken(account);
    assertThat(fixture.fetches()).as("and not later either").isEqualTo(1);
  }

  @Test
  void twoSendersStartedColdFetchOnce() throws Exception {
    AccessTokens first = fixture.sender();
    AccessTokens second = fixture.sender();
    fixture.duringFetch(() -> pause(150));

    List<Result> results = new ArrayList<>();
    Future<List<Result>> there = threads.submit(() -> atOnce(50, () -> second.fetchToken(account)));
    results.addAll(atOnce(50, () -> first.fetchToken(account)));
    results.addAll(there.get());

    assertThat(results).containsOnly(new Result("token-1", null));
    assertThat(fixture.fetches()).isEqualTo(1);
    assertThat(fixture.redis.exists(fixture.lockKey())).isFalse();
  }

  @Test
  void theTokenLiesWhereWxJavaLooksAndEndsBeforeWeChatEndsIt() throws Exception {
    fixture.sender().fetchToken(account);

    assertThat(fixture.redis.get("wx:access_token:" + fixture.appId)).isEqualTo("token-1");
    assertThat(fixture.redis.ttl(fixture.tokenKey())).isBetween(6_900L, 7_000L);
  }

  @Test
  void aShortLivedTokenIsKeptForHalfItsLife() throws Exception {
    fixture.answer(
        new MockResponse.Builder().body("{\"access_token\":\"short\",\"expires_in\":60}"));

    fixture.sender().fetchToken(account);

    assertThat(fixture.redis.pttl(fixture.tokenKey())).isBetween(25_000L, 30_000L);
  }

  @Test
  void aTokenThatAnotherProgramStoredIsUsed() throws Exception {
    fixture.redis.set(fixture.tokenKey(), "from-wxjava");

    AccessToken token = fixture.sender().fetchToken(account);

    assertThat(token.reveal()).isEqualTo("from-wxjava");
    assertThat(fixture.fetches()).isZero();
  }

  @Test
  void aHolderThatDiedIsOutlived() throws Exception {
    fixture.redis.set(fixture.lockKey(), "dead sender", SetParams.setParams().px(700));

    AccessToken token = fixture.sender().fetchToken(account);

    assertThat(token.reveal()).isEqualTo("token-1");
  }

  @Test
  void waitersGiveUpAtTheirDeadlineIfTheHolderGoesOnForever() {
    fixture.redis.set(fixture.lockKey(), "stuck program");
    TokenProperties impatient =
        TokenFixture.properties(TokenProperties.Source.STABLE_TOKEN, Duration.ofMillis(1));

    assertThatThrownBy(() -> fixture.sender(impatient).fetchToken(account))
        .isInstanceOf(TokenUnavailableException.class)
        .hasMessageContaining("mall");

    assertThat(fixture.fetches()).isZero();
  }

  @Test
  void aLeaseThatEndedDuringTheFetchNeitherStoresNorReleases() throws Exception {
    fixture.duringFetch(() -> fixture.redis.set(fixture.lockKey(), "the next holder"));

    AccessToken token = fixture.sender().fetchToken(account);

    assertThat(token.reveal()).isEqualTo("token-1");
    assertThat(fixture.redis.get(fixture.tokenKey())).as("not the owner's to store").isNull();
    assertThat(fixture.redis.get(fixture.lockKey())).isEqualTo("the next holder");
  }

  @Test
  void theHolderLooksOnceMoreUnderTheLock() throws Exception {
    AccessTokens holder = fixture.sender();
    AccessTokens late = fixture.sender();
    CountDownLatch asked = new CountDownLatch(1);
    fixture.duringFetch(asked::countDown);

    Future<AccessToken> first = threads.submit(() -> holder.fetchToken(account));
    asked.await();
    AccessToken second = late.fetchToken(account);

    assertThat(second).isEqualTo(first.get());
    assertThat(fixture.fetches()).isEqualTo(1);
  }

  @Test
  void twoHundredCallsThatFailWithOneTokenRefreshOnce() throws Exception {
    AccessTokens tokens = fixture.sender();
    AccessToken failed = tokens.fetchToken(account);

    List<Result> results = atOnce(200, () -> tokens.refreshToken(account, failed));

    assertThat(results).containsOnly(new Result("token-2", null));
    assertThat(fixture.fetches()).isEqualTo(2);
    assertThat(tokens.fetchToken(account).reveal()).isEqualTo("token-2");
  }

  @Test
  void onlyTheTokenThatFailedIsDropped() throws Exception {
    AccessTokens tokens = fixture.sender();
    AccessToken old = tokens.fetchToken(account);
    fixture.redis.set(fixture.tokenKey(), "newer, from another sender");

    AccessToken refreshed = tokens.refreshToken(account, old);

    assertThat(refreshed.reveal()).isEqualTo("newer, from another sender");
    assertThat(fixture.fetches()).isEqualTo(1);
  }

  @Test
  void aStaleRefusalDoesNotKeepARealOneFromFetching() throws Exception {
    AccessTokens tokens = fixture.sender();
    AccessToken old = tokens.fetchToken(account);
    fixture.redis.set(fixture.tokenKey(), "newer, from another sender");
    AccessToken newer = tokens.refreshToken(account, old);

    AccessToken refreshed = tokens.refreshToken(account, newer);

    assertThat(refreshed.reveal()).isEqualTo("token-2");
    assertThat(fixture.fetches()).isEqualTo(2);
  }

  @Test
  void aTicketsLockIsFreeWhileItsTokenIsFetched() throws Exception {
    AccountCalls wechat = mock();
    when(wechat.fetchJsapiTicket(any())).thenReturn(new TicketReply("ticket", Duration.ofHours(2)));
    AtomicBoolean free = new AtomicBoolean();
    fixture.duringFetch(
        () -> free.set(!fixture.redis.exists(CredentialKind.JSAPI_TICKET.lockKey(account))));

    Credential ticket =
        TokenParts.tickets(
                fixture.redis, new TokenCalls(fixture.sender()), wechat, Clock.systemUTC())
            .fetch(account);

    assertThat(ticket.reveal()).isEqualTo("ticket");
    assertThat(free).isTrue();
    fixture.redis.del(CredentialKind.JSAPI_TICKET.key(TokenFixture.defaults(), account));
  }

  @Test
  void theSameTokenOnceMoreIsGivenBackAsItIsAndAskedForOnce() throws Exception {
    AccessTokens tokens = fixture.sender();
    fixture.answer(
        new MockResponse.Builder().body("{\"access_token\":\"same\",\"expires_in\":7200}"));
    AccessToken failed = tokens.fetchToken(account);

    List<Result> results = atOnce(200, () -> tokens.refreshToken(account, failed));

    assertThat(results).containsOnly(new Result("same", null));
    assertThat(fixture.fetches()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {40001, 40125, 40164, 40243, 50007, 89503})
  void aRefusalForAPersonIsTriedOnceNotByEveryWaiter(int errcode) throws Exception {
    AccessTokens tokens = fixture.sender();
    fixture.answer(
        new MockResponse.Builder()
            .body("{\"errcode\":%d,\"errmsg\":\"no rid: 1-2\"}".formatted(errcode)));

    List<Result> results = atOnce(200, () -> tokens.fetchToken(account));

    assertThat(results).containsOnly(new Result(null, TokenRefusedException.class));
    assertThat(fixture.fetches()).as("shown to WeChat").isLessThan(10);
    assertThatThrownBy(() -> tokens.fetchToken(account))
        .isInstanceOfSatisfying(
            TokenRefusedException.class,
            refused -> {
              assertThat(refused.errcode()).isEqualTo(errcode);
              assertThat(refused.evidence()).contains("no rid: 1-2");
            });
    assertThat(fixture.redis.exists(fixture.lockKey())).isFalse();
  }

  @Test
  void whoComesAfterTheCureIsNotRefusedByAnOldRefusal() throws Exception {
    AccessTokens tokens = fixture.sender();
    fixture.answer(new MockResponse.Builder().body("{\"errcode\":40125,\"errmsg\":\"no\"}"));
    assertThatThrownBy(() -> tokens.fetchToken(account)).isInstanceOf(TokenRefusedException.class);

    fixture.answerAgainWithTokens();

    assertThat(tokens.fetchToken(account).reveal()).isEqualTo("token-2");
  }

  @Test
  void aSecretOfAnotherMasterKeyIsARefusal() throws Exception {
    SenderAccount unreadable =
        new SenderAccount(
            "mall", fixture.appId, null, null, 200, true, false, null, null, null, null);

    assertThatThrownBy(() -> fixture.sender().fetchToken(unreadable))
        .isInstanceOf(TokenRefusedException.class)
        .hasMessageContaining("HONGYAN_MASTER_KEY");

    assertThat(fixture.fetches()).isZero();
  }

  @Test
  void busyAndUsedUpTokenCallsAreForLater() throws Exception {
    for (int errcode : List.of(-1, 45009, 45011)) {
      fixture.answer(
          new MockResponse.Builder().body("{\"errcode\":%d,\"errmsg\":\"x\"}".formatted(errcode)));

      assertThatThrownBy(() -> fixture.sender().fetchToken(account))
          .isInstanceOf(TokenUnavailableException.class);
    }
  }

  @Test
  void twoHundredWaitersShareOneTimeout() throws Exception {
    AccessTokens tokens = fixture.sender();
    fixture.answer(new MockResponse.Builder().headersDelay(5, TimeUnit.SECONDS));
    Instant begun = Instant.now();

    List<Result> results = atOnce(200, () -> tokens.fetchToken(account));

    assertThat(results).containsOnly(new Result(null, TokenUnavailableException.class));
    assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(3));
    assertThat(fixture.redis.exists(fixture.lockKey())).isFalse();
  }

  @Test
  void htmlAndACutConnectionAreForLaterAndItRecovers() throws Exception {
    AccessTokens tokens = fixture.sender();
    AccessTokens other = fixture.sender();
    fixture.answer(new MockResponse.Builder().body("<html>maintenance</html>"));
    assertThatThrownBy(() -> tokens.fetchToken(account))
        .isInstanceOf(TokenUnavailableException.class);
    fixture.answer(new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()));
    assertThatThrownBy(() -> other.fetchToken(account))
        .isInstanceOf(TokenUnavailableException.class);
    fixture.answerAgainWithTokens();

    AccessToken token = fixture.sender().fetchToken(account);

    assertThat(token.reveal()).startsWith("token-");
  }

  @Test
  void twoHundredCallsFailFastWithRedisAwayAndGoOnAfterwards() throws Exception {
    URI real = URI.create(TestServers.get().redisUrl());
    try (FaultyProxy proxy = new FaultyProxy(real.getHost(), real.getPort());
        TokenFixture behindProxy = new TokenFixture(URI.create(proxy.insteadOf(real)))) {
      AccessTokens tokens = behindProxy.sender();
      SenderAccount mall = Samples.account("mall", behindProxy.appId);
      AccessToken failed = tokens.fetchToken(mall);
      proxy.cut();
      Instant begun = Instant.now();

      List<Result> refreshes = atOnce(200, () -> tokens.refreshToken(mall, failed));

      assertThat(refreshes).containsOnly(new Result(null, TokenUnavailableException.class));
      assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));
      proxy.restore();
      assertThat(behindProxy.sender().fetchToken(mall).reveal()).isEqualTo("token-1");
      fixture.redis.del(behindProxy.tokenKey());
    }
  }

  @Test
  void stableTokensAreAskedForWithoutForce() throws Exception {
    fixture.sender().fetchToken(account);

    RecordedRequest request = fixture.request();
    assertThat(request.getTarget()).isEqualTo("/cgi-bin/stable_token");
    assertThat(Objects.requireNonNull(request.getBody()).utf8())
        .contains("client_credential", fixture.appId, Samples.SECRET, "\"force_refresh\":false");
  }

  @Test
  void theOldTokenCallIsASetting() throws Exception {
    AccessTokens tokens =
        fixture.sender(
            TokenFixture.properties(TokenProperties.Source.TOKEN, Duration.ofSeconds(2)));

    AccessToken token = tokens.fetchToken(account);

    assertThat(token.reveal()).isEqualTo("token-1");
    assertThat(fixture.request().getTarget())
        .isEqualTo(
            "/cgi-bin/token?grant_type=client_credential&appid=%s&secret=%s"
                .formatted(fixture.appId, Samples.SECRET));
  }

  @Test
  void accountsDoNotWaitForEachOther() throws Exception {
    AccessTokens tokens = fixture.sender();
    SenderAccount other =
        new SenderAccount(
            "other",
            fixture.appId + "x",
            new Secret("s"),
            null,
            1,
            true,
            false,
            null,
            null,
            null,
            null);
    fixture.redis.set(fixture.lockKey(), "stuck program", SetParams.setParams().px(3_000));
    Future<AccessToken> stuck = threads.submit(() -> tokens.fetchToken(account));

    AccessToken token = tokens.fetchToken(other);

    assertThat(token.reveal()).isEqualTo("token-1");
    assertThat(stuck.isDone()).isFalse();
    stuck.get();
    fixture.redis.del("wx:access_token:" + other.appId());
  }

  /** What one of the calls gave: a token, or an exception of that class. */
  private record Result(@Nullable String token, @Nullable Class<?> failure) {}

  private List<Result> atOnce(int calls, Callable<AccessToken> call) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<Future<AccessToken>> running = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      running.add(
          threads.submit(
              () -> {
                go.await();
                return call.call();
              }));
    }
    go.countDown();
    List<Result> results = new ArrayList<>();
    for (Future<AccessToken> future : running) {
      try {
        results.add(new Result(future.get().reveal(), null));
      } catch (ExecutionException e) {
        results.add(new Result(null, e.getCause() == null ? null : e.getCause().getClass()));
      }
    }
    return results;
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
