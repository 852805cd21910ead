package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.callback.RequestGuard.Verdict;
import io.hongyan.network.FaultyProxy;
import io.hongyan.test.SettableClock;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import redis.clients.jedis.RedisClient;

/** Nonces of two gateways, one of which reaches the real Redis through a line that can fail. */
class RequestGuardIT {

  private static final Duration MAX_AGE = Duration.ofMinutes(5);
  private static final String MESSAGE = "message|1|oA|2";

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T00:00:00Z"));
  private final long now = clock.instant().getEpochSecond();
  private final String account = "guard-" + UUID.randomUUID();
  private final URI redis = URI.create(TestServers.get().redisUrl());
  private final List<NonceStore> stores = new ArrayList<>();
  private final FaultyProxy line = new FaultyProxy(redis.getHost(), redis.getPort());
  private RequestGuard one;
  private RequestGuard other;

  @BeforeEach
  void start() {
    one = guard(patient(URI.create(line.insteadOf(redis))), true);
    other = guard(patient(redis), true);
  }

  // A busy machine is no Redis that is away.
  private static ImpatientRedis patient(URI address) {
    return new ImpatientRedis(address, "nonces", Duration.ofSeconds(5));
  }

  private RequestGuard guard(ImpatientRedis impatient, boolean refuseReplays) {
    NonceStore store = new NonceStore(impatient, MAX_AGE.multipliedBy(2));
    stores.add(store);
    return new RequestGuard(
        store,
        clock,
        new CallbackProperties(
            DataSize.ofKilobytes(64), MAX_AGE, refuseReplays, Duration.ofSeconds(6)));
  }

  @AfterEach
  void stop() {
    line.close();
    stores.forEach(NonceStore::close);
  }

  @Test
  void aNonceIsGoodForOneMessageOnAllGateways() {
    assertThat(one.judge(account, now, "n", MESSAGE)).isEqualTo(Verdict.FRESH);

    assertThat(other.judge(account, now, "n", "message|2|oA|2")).isEqualTo(Verdict.REPLAYED);
    assertThat(one.judge(account, now, "n", "message|2|oA|2")).isEqualTo(Verdict.REPLAYED);
    assertThat(other.judge(account, now, "n2", "message|2|oA|2")).isEqualTo(Verdict.FRESH);
    assertThat(other.judge(account, now + 1, "n", "message|3|oA|2")).isEqualTo(Verdict.FRESH);
    assertThat(other.judge(account + "2", now, "n", MESSAGE)).isEqualTo(Verdict.FRESH);
  }

  @Test
  void theSameMessageIsARetryForAsLongAsWeChatTries() {
    one.judge(account, now, "n", MESSAGE);

    clock.advance(Duration.ofSeconds(20));
    assertThat(other.judge(account, now, "n", MESSAGE)).isEqualTo(Verdict.RETRY);
    clock.advance(Duration.ofSeconds(1));
    assertThat(other.judge(account, now, "n", MESSAGE)).isEqualTo(Verdict.REPEATED);
  }

  @Test
  void aTimestampIsGoodForFiveMinutesInBothDirections() {
    assertThat(one.judge(account, now - 300, "a", MESSAGE)).isEqualTo(Verdict.FRESH);
    assertThat(one.judge(account, now + 300, "b", MESSAGE)).isEqualTo(Verdict.FRESH);
    assertThat(one.judge(account, now - 301, "c", MESSAGE)).isEqualTo(Verdict.STALE);
    assertThat(one.judge(account, now + 301, "d", MESSAGE)).isEqualTo(Verdict.STALE);
    assertThat(one.judge(account, 0, "e", MESSAGE)).isEqualTo(Verdict.STALE);
    assertThat(one.judge(account, 999_999_999_999L, "f", MESSAGE)).isEqualTo(Verdict.STALE);
  }

  @Test
  void whatIsTooOldLeavesNothingBehindAndARetryMayBeTooOld() {
    assertThat(one.judge(account, now - 301, "c", MESSAGE)).isEqualTo(Verdict.STALE);
    assertThat(one.judge(account, now - 301, "c", MESSAGE)).isEqualTo(Verdict.STALE);

    assertThat(one.judge(account, now - 298, "d", MESSAGE)).isEqualTo(Verdict.FRESH);
    clock.advance(Duration.ofSeconds(5));
    assertThat(other.judge(account, now - 298, "d", MESSAGE)).isEqualTo(Verdict.RETRY);
  }

  @Test
  void remembersNoLongerThanTimestampsAreGood() {
    one.judge(account, now, "n", MESSAGE);

    try (RedisClient client = RedisClient.create(redis)) {
      assertThat(client.pttl("hongyan:nonce:%s:%d:n".formatted(account, now)))
          .isBetween(590_000L, 600_000L);
    }
  }

  @Test
  void whereReplaysAreAllowedOnlyTheTimestampCounts() {
    RequestGuard lenient = guard(patient(redis), false);

    assertThat(lenient.judge(account, now, "n", MESSAGE)).isEqualTo(Verdict.FRESH);
    assertThat(lenient.judge(account, now, "n", "another")).isEqualTo(Verdict.FRESH);
    assertThat(lenient.judge(account, now - 301, "n", MESSAGE)).isEqualTo(Verdict.STALE);
  }

  @Test
  void withoutRedisAGatewayGoesByWhatItHasSeenItself() {
    line.cut();

    assertThat(one.judge(account, now, "n", MESSAGE)).isEqualTo(Verdict.FRESH);
    assertThat(one.judge(account, now, "n", MESSAGE)).isEqualTo(Verdict.RETRY);
    assertThat(one.judge(account, now, "n", "another")).isEqualTo(Verdict.REPLAYED);
    assertThat(one.judge(account, now - 301, "o", MESSAGE)).isEqualTo(Verdict.STALE);
  }

  @Test
  void comparesWithOthersAgainOnceRedisIsBackAndForgetsNothing() {
    one.judge(account, now, "before", MESSAGE);
    line.cut();
    assertThat(one.judge(account, now, "during", MESSAGE)).isEqualTo(Verdict.FRESH);
    line.restore();

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              String nonce = UUID.randomUUID().toString();
              one.judge(account, now, nonce, MESSAGE);
              assertThat(other.judge(account, now, nonce, "another")).isEqualTo(Verdict.REPLAYED);
            });
    assertThat(one.judge(account, now, "before", "another")).isEqualTo(Verdict.REPLAYED);
    assertThat(one.judge(account, now, "during", "another")).isEqualTo(Verdict.REPLAYED);
  }

  @Test
  void aRedisThatDoesNotAnswerHoldsUpNobodyForLong() throws Exception {
    RequestGuard guard =
        guard(CallbackConfiguration.impatient(URI.create(line.insteadOf(redis))), true);
    guard.judge(account, now, "first", MESSAGE);
    line.stall();

    List<Future<Long>> waits = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 500; i++) {
        String nonce = "n" + i;
        waits.add(
            threads.submit(
                () -> {
                  long begun = System.nanoTime();
                  assertThat(guard.judge(account, now, nonce, MESSAGE)).isEqualTo(Verdict.FRESH);
                  return System.nanoTime() - begun;
                }));
      }
    }

    for (Future<Long> wait : waits) {
      // In turn a free connection, a new one, an answer: each waits 100 ms at most.
      assertThat(Duration.ofNanos(wait.get())).isLessThan(Duration.ofSeconds(3));
    }
    long begun = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      guard.judge(account, now, "later" + i, MESSAGE);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("a hundred in turn, of which one may have tried again")
        .isLessThan(Duration.ofSeconds(3));
  }
}
