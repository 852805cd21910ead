package io.hongyan.sender.sync;

import static io.hongyan.sender.sync.FollowerSyncFixture.FOLLOWERS;
import static io.hongyan.sender.sync.FollowerSyncFixture.FOLLOWERS_AND_TAGS;
import static io.hongyan.sender.sync.FollowerSyncFixture.USER_GET;
import static io.hongyan.sender.sync.FollowerSyncFixture.killedAfter;
import static io.hongyan.sender.sync.FollowerSyncFixture.listing;
import static io.hongyan.sender.sync.FollowerSyncFixture.openids;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.sync.FollowerSyncFixture.Killed;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.transaction.support.TransactionTemplate;

/** Senders that die, freeze or stop in the middle of a sync, and the others that go on with it. */
@Timeout(120)
class FollowerSyncTakeoverIT {

  private final FollowerSyncFixture fixture = new FollowerSyncFixture();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    threads.close();
    fixture.close();
  }

  @Test
  void killedAfterAnyPageAnotherGoesOnFromThereWhenTheLeaseIsOver() throws Exception {
    SenderAccount whole = fixture.account(FOLLOWERS_AND_TAGS);
    fixture.syncNow(whole);
    int pages = fixture.wechat.calls(USER_GET);
    List<String> tagged = fixture.tagged(whole);

    for (int steps = 1; ; steps++) {
      SenderAccount account = fixture.account(FOLLOWERS_AND_TAGS);
      int before = fixture.wechat.calls(USER_GET);
      fixture.request(account);
      BooleanSupplier killed = killedAfter(steps);
      boolean ended = true;
      try {
        fixture.sender().goOn(account, killed);
      } catch (Killed e) {
        ended = false;
        FollowerSync other = fixture.sender();
        other.goOn(account, () -> true);
        assertThat(fixture.sync(account, "phase")).as("the lease keeps others away").isNotEmpty();
        fixture.clock.advance(SyncFixture.LEASE);
        other.goOn(account, () -> true);
      }

      assertThat(fixture.sync(account, "phase")).isEmpty();
      assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
      assertThat(fixture.tagged(account)).isEqualTo(tagged);
      assertThat(fixture.wechat.calls(USER_GET) - before)
          .as("killed at %d", steps)
          .isEqualTo(pages);
      if (ended) {
        assertThat(steps).as("kills tried").isGreaterThan(8);
        return;
      }
    }
  }

  @Test
  void killedBeforeACommitThePageIsReadOnceMore() throws Exception {
    for (int commit = 1; ; commit++) {
      SenderAccount victim = fixture.account(FOLLOWERS_AND_TAGS);
      fixture.request(victim);
      AtomicInteger commits = new AtomicInteger(commit);
      TransactionTemplate dying =
          fixture.parts.transactions(
              () -> {
                if (commits.decrementAndGet() == 0) {
                  throw new Killed();
                }
              });
      boolean ended = true;
      try {
        fixture.sender(dying).goOn(victim, () -> true);
      } catch (Killed e) {
        ended = false;
        fixture.clock.advance(SyncFixture.LEASE);
        fixture.goOn(victim);
      }

      assertThat(fixture.sync(victim, "phase")).isEmpty();
      assertThat(fixture.sync(victim, "seen || '/' || total")).isEqualTo("25/25");
      assertThat(fixture.subscribed(victim)).isEqualTo(openids(1, 25));
      assertThat(fixture.tagged(victim)).hasSize(13);
      if (ended) {
        assertThat(commit).as("kills tried").isGreaterThan(8);
        return;
      }
    }
  }

  @Test
  void aCommitWhoseAnswerWasLostIsNotRepeated() throws Exception {
    for (int commit = 1; ; commit++) {
      SenderAccount account = fixture.account(FOLLOWERS_AND_TAGS);
      fixture.request(account);
      fixture.sender(fixture.parts.losingAnswer(commit)).goOn(account, () -> true);
      boolean lost = !fixture.sync(account, "error").isEmpty();
      fixture.clock.advance(Duration.ofSeconds(30));

      fixture.goOn(account);

      assertThat(fixture.sync(account, "phase")).isEmpty();
      assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("25/25");
      assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
      assertThat(fixture.tagged(account)).hasSize(13);
      assertThat(fixture.sync(account, "error")).isEmpty();
      if (!lost) {
        assertThat(commit).as("answers lost").isGreaterThan(8);
        return;
      }
    }
  }

  @Test
  void whoWasTakenOverChangesNothingMore() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    CountDownLatch inTheMiddle = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger steps = new AtomicInteger();
    FollowerSync frozen = fixture.sender();
    Future<?> first =
        threads.submit(
            () -> {
              frozen.goOn(
                  account,
                  () -> {
                    if (steps.incrementAndGet() == 2) {
                      inTheMiddle.countDown();
                      await(goOn);
                    }
                    return true;
                  });
              return null;
            });
    inTheMiddle.await();
    fixture.clock.advance(SyncFixture.LEASE);

    fixture.goOn(account, 2);
    String place = fixture.sync(account, "next_openid");
    goOn.countDown();
    first.get();

    assertThat(fixture.sync(account, "next_openid")).isEqualTo(place);
    assertThat(fixture.sync(account, "error")).isEmpty();
    fixture.goOn(account);
    assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("25/25");
    assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
  }

  @Test
  void twoSendersDoNotSyncOneAccountAtOnce() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Future<?> first =
        threads.submit(
            () -> {
              fixture
                  .sender()
                  .goOn(
                      account,
                      () -> {
                        working.countDown();
                        await(goOn);
                        return true;
                      });
              return null;
            });
    working.await();

    fixture.goOn(account);

    assertThat(fixture.subscribed(account)).isEmpty();
    goOn.countDown();
    first.get();
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void aLeaseThatProgressKeepsAliveIsNotTakenOver() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);

    fixture
        .sender()
        .goOn(
            account,
            () -> {
              fixture.clock.advance(SyncFixture.LEASE.minusSeconds(1));
              assertThat(
                      fixture.mapper.claim(
                          account.id(),
                          "another",
                          fixture.clock.instant().atOffset(ZoneOffset.UTC),
                          fixture.clock.instant().atOffset(ZoneOffset.UTC)))
                  .isEmpty();
              return true;
            });

    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void aStoppingSenderLeavesTheRestToAnyOtherAtOnce() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);

    fixture.goOn(account, 2);
    assertThat(fixture.sync(account, "phase")).isEqualTo("followers");
    fixture.goOn(account);

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("25/25");
  }

  @Test
  void whoWasTakenOverLeavesAPlaceThatIsUnknownAlone() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    try (MockWebServer wechat =
        listing(
            path -> {
              if (!path.contains("next_openid")) {
                return "{\"total\":25,\"data\":{\"openid\":[\"o01\"]},\"next_openid\":\"o01\"}";
              }
              fixture.clock.advance(SyncFixture.LEASE);
              assertThat(
                      fixture.mapper.claim(
                          account.id(),
                          "another",
                          fixture.clock.instant().atOffset(ZoneOffset.UTC),
                          fixture.clock.instant().plusSeconds(9).atOffset(ZoneOffset.UTC)))
                  .isPresent();
              return "{\"errcode\":40003,\"errmsg\":\"invalid openid\"}";
            })) {
      fixture.syncNow(account, wechat);
    }

    assertThat(fixture.sync(account, "claimed_by || ' ' || next_openid || ' ' || failures"))
        .isEqualTo("another o01 0");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
