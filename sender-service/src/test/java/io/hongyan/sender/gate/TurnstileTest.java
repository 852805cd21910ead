package io.hongyan.sender.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.hongyan.common.message.Lane;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.PermitBucket.Lease;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.exceptions.JedisConnectionException;

@Timeout(20)
class TurnstileTest {

  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(150);

  private final PermitBucket bucket = mock(PermitBucket.class);
  private final Turnstile turnstile =
      new Turnstile(bucket, new SettableClock(Instant.parse("2026-11-22T03:00:00Z")));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void withoutARateItAsksNobody() throws Exception {
    assertThat(turnstile.tryEnter(account(null, 5), Lane.NORMAL, SHORT)).isTrue();

    verifyNoInteractions(bucket);
  }

  @Test
  void onlySoManyAreInFlight() throws Exception {
    SenderAccount account = account(null, 2);
    turnstile.tryEnter(account, Lane.NORMAL, SHORT);
    turnstile.tryEnter(account, Lane.URGENT, SHORT);
    Instant begun = Instant.now();

    boolean third = turnstile.tryEnter(account, Lane.URGENT, SHORT);

    assertThat(third).isFalse();
    assertThat(Duration.between(begun, Instant.now())).isGreaterThanOrEqualTo(SHORT);
    turnstile.leave();
    assertThat(turnstile.tryEnter(account, Lane.NORMAL, SHORT)).isTrue();
  }

  @Test
  void aLeaseOfSeveralPermitsIsAskedForOnce() throws Exception {
    leases(new Lease(5, 0), new Lease(0, 60_000));
    SenderAccount account = account(100, 50);

    for (int i = 0; i < 5; i++) {
      assertThat(turnstile.tryEnter(account, Lane.NORMAL, SHORT)).isTrue();
    }

    verify(bucket, times(1)).lease("mall", 100);
    assertThat(turnstile.tryEnter(account, Lane.NORMAL, SHORT)).as("used up").isFalse();
  }

  @Test
  void waitsAsLongAsRedisSaysAndThenGoes() throws Exception {
    leases(new Lease(0, 300), new Lease(1, 0));
    Instant begun = Instant.now();

    boolean entered = turnstile.tryEnter(account(100, 50), Lane.NORMAL, LONG);

    assertThat(entered).isTrue();
    assertThat(Duration.between(begun, Instant.now()))
        .isBetween(Duration.ofMillis(290), Duration.ofSeconds(3));
  }

  @Test
  void urgentGoesFirst() throws Exception {
    SenderAccount account = account(null, 1);
    turnstile.tryEnter(account, Lane.NORMAL, SHORT);
    List<String> entered = new ArrayList<>();
    List<Future<?>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(threads.submit(() -> enter(account, Lane.NORMAL, entered)));
    }
    Thread urgent = Thread.ofPlatform().start(() -> enter(account, Lane.URGENT, entered));
    await().until(() -> urgent.getState() == Thread.State.TIMED_WAITING);

    turnstile.leave();

    for (Future<?> one : waiting) {
      one.get();
    }
    urgent.join();
    assertThat(entered).hasSize(6).first().isEqualTo("URGENT");
  }

  @Test
  void normalOnesGoOnAsSoonAsNoUrgentOneWaits() throws Exception {
    SenderAccount account = account(null, 2);
    turnstile.tryEnter(account, Lane.NORMAL, SHORT);
    turnstile.tryEnter(account, Lane.NORMAL, SHORT);
    Thread urgent = Thread.ofPlatform().start(() -> enterAndStay(account, Lane.URGENT));
    Thread normal = Thread.ofPlatform().start(() -> enterAndStay(account, Lane.NORMAL));
    await().until(() -> urgent.getState() == Thread.State.TIMED_WAITING);
    await().until(() -> normal.getState() == Thread.State.TIMED_WAITING);

    turnstile.leave();
    turnstile.leave();

    urgent.join(2_000);
    normal.join(2_000);
    assertThat(urgent.isAlive()).isFalse();
    assertThat(normal.isAlive()).as("there is a place for it").isFalse();
  }

  @Test
  void withRedisAwayItWaitsAndGoesOnWhenItIsBack() throws Exception {
    when(bucket.lease(anyString(), anyInt()))
        .thenThrow(new JedisConnectionException("away"))
        .thenReturn(new Lease(1, 0));
    SenderAccount account = account(100, 50);

    assertThat(turnstile.tryEnter(account, Lane.NORMAL, SHORT)).isFalse();
    assertThat(turnstile.tryEnter(account, Lane.NORMAL, LONG)).isTrue();
  }

  @Test
  void threadsThatWaitShareOneLease() throws Exception {
    leases(new Lease(10, 0), new Lease(0, 60_000));
    SenderAccount account = account(100, 50);
    List<Future<Boolean>> entering = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      entering.add(threads.submit(() -> turnstile.tryEnter(account, Lane.NORMAL, LONG)));
    }

    for (Future<Boolean> one : entering) {
      assertThat(one.get(5, TimeUnit.SECONDS)).isTrue();
    }

    verify(bucket, times(1)).lease("mall", 100);
  }

  @RepeatedTest(5)
  void everyPlaceGivenBackIsTakenBySomebodyWhoWaits() throws Exception {
    SenderAccount account = account(null, 5);
    List<String> entered = new ArrayList<>();
    List<Future<Boolean>> entering = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Lane lane = i % 10 == 0 ? Lane.URGENT : Lane.NORMAL;
      entering.add(threads.submit(() -> enter(account, lane, entered)));
    }

    // One wake-up too few, and somebody would wait until the patience ends.
    for (Future<Boolean> one : entering) {
      assertThat(one.get(LONG.toMillis() / 2, TimeUnit.MILLISECONDS)).isTrue();
    }
    assertThat(entered).hasSize(500);
  }

  private void leases(Lease first, Lease then) {
    when(bucket.lease(anyString(), anyInt())).thenReturn(first, then);
  }

  private boolean enter(SenderAccount account, Lane lane, List<String> entered) {
    if (!enterAndStay(account, lane)) {
      return false;
    }
    synchronized (entered) {
      entered.add(lane.name());
    }
    turnstile.leave();
    return true;
  }

  private boolean enterAndStay(SenderAccount account, Lane lane) {
    try {
      return turnstile.tryEnter(account, lane, LONG);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SenderAccount account(@Nullable Integer rate, int maxInFlight) {
    return new SenderAccount(
        "mall", "wx1", null, rate, maxInFlight, true, false, null, null, null, null);
  }
}
