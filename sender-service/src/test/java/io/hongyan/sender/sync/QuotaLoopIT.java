package io.hongyan.sender.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.account.SenderAccounts;
import io.hongyan.sender.gate.AccountRate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentMatchers;

/** Quotas are known, and asked for no oftener than that takes. */
@Timeout(60)
class QuotaLoopIT {

  private static final String QUOTA_GET = "/cgi-bin/openapi/quota/get";

  private final SyncFixture fixture = new SyncFixture();
  private final SenderAccount account = fixture.account("\"followers\":{\"prefix\":\"o\"}");
  private final AtomicBoolean sends = new AtomicBoolean();

  @AfterEach
  void close() {
    fixture.redis.del(claim());
    fixture.close();
  }

  @Test
  void anUnknownQuotaIsReadAtTheStart() throws Exception {
    sender(account).round();

    assertThat(fixture.quotas.find(account.id()))
        .hasValueSatisfying(
            reading -> {
              assertThat(reading.dailyLimit()).isEqualTo(100_000_000);
              assertThat(reading.remain()).isEqualTo(100_000_000);
              assertThat(reading.callCount()).isEqualTo(4_200_000);
              assertThat(reading.refreshSeconds()).isEqualTo(60);
              assertThat(reading.readAt().toInstant()).isEqualTo(fixture.clock.instant());
            });
  }

  @Test
  void itIsReadAgainWhileTheAccountSendsAndNotOtherwise() throws Exception {
    QuotaLoop sender = sender(account);
    sender.round();
    nextInterval();
    sender.round();
    assertThat(asked()).as("nobody sent").isEqualTo(1);

    sends.set(true);
    sender.round();
    sender.round();
    assertThat(asked()).isEqualTo(2);
    fixture.redis.del(claim());
    sender.round();
    assertThat(asked()).as("the interval is not over").isEqualTo(2);
    nextInterval();
    sender.round();
    assertThat(asked()).isEqualTo(3);
  }

  @Test
  void aReadingOfYesterdayIsNoneOfToday() throws Exception {
    QuotaLoop sender = sender(account);
    sender.round();
    // 11:00 in China
    fixture.clock.advance(Duration.ofHours(12));
    fixture.redis.del(claim());
    sender.round();
    assertThat(asked()).isEqualTo(1);

    fixture.clock.advance(Duration.ofHours(1));
    sender.round();

    assertThat(asked()).isEqualTo(2);
    fixture.redis.del(claim());
    fixture.clock.advance(Duration.ofMinutes(10));
    sender.round();
    assertThat(asked()).as("at midnight it may have been yesterday's yet").isEqualTo(3);
    nextInterval();
    sender.round();
    assertThat(asked()).isEqualTo(3);
  }

  @Test
  void anAccountThatGetsNoTokenIsLeftToAPerson() throws Exception {
    fixture.wechat.fault(
        account.appId(), "/cgi-bin/stable_token", 1, "{\"type\":\"errcode\",\"errcode\":40125}");
    Instant began = fixture.clock.instant();

    sender(account).round();

    verify(fixture.gate).closeUntilResumed(eq(account), contains("40125"), eq(began));
  }

  @Test
  void aFreshReadingIsNotReadAgainAtTheStartOfAnother() throws Exception {
    sender(account).round();
    fixture.redis.del(claim());

    sender(account).round();

    assertThat(asked()).isEqualTo(1);
  }

  @Test
  void ofManySendersOneAsks() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<QuotaLoop> senders = List.of(sender(account), sender(account), sender(account));
      List<Future<?>> rounds =
          senders.stream()
              .<Future<?>>map(
                  sender ->
                      threads.submit(
                          () -> {
                            go.await();
                            sender.round();
                            return null;
                          }))
              .toList();
      go.countDown();
      for (Future<?> round : rounds) {
        round.get();
      }
    }

    assertThat(asked()).isEqualTo(1);
  }

  @Test
  void aFailureIsTriedAgainInTheNextInterval() throws Exception {
    fixture.wechat.fault(account.appId(), QUOTA_GET, 1, "{\"type\":\"errcode\",\"errcode\":76021}");
    QuotaLoop sender = sender(account);
    sender.round();
    sender.round();
    assertThat(fixture.redis.pttl(claim()))
        .isBetween(1L, SyncFixture.PROPERTIES.quotaInterval().toMillis());
    assertThat(fixture.quotas.find(account.id())).isEmpty();
    assertThat(asked()).isEqualTo(1);

    fixture.redis.del(claim());
    sender.round();

    assertThat(fixture.quotas.find(account.id())).isPresent();
  }

  @Test
  void neitherADisabledAccountNorOneForAPersonIsAskedFor() throws Exception {
    SenderAccount.Gate forAPerson = new SenderAccount.Gate("needs-a-person", null, Instant.EPOCH);
    sender(with(true, forAPerson)).round();
    sender(with(false, null)).round();

    assertThat(asked()).isZero();
  }

  private SenderAccount with(boolean enabled, SenderAccount.@Nullable Gate gate) {
    return new SenderAccount(
        account.id(),
        account.appId(),
        account.appSecret(),
        null,
        1,
        enabled,
        false,
        gate,
        null,
        null,
        null);
  }

  private QuotaLoop sender(SenderAccount known) {
    SenderAccounts accounts = mock();
    when(accounts.all()).thenReturn(List.of(known));
    AccountRate rate = mock();
    when(rate.hasSentSince(eq(known.id()), ArgumentMatchers.any()))
        .thenAnswer(asked -> sends.get());
    return new QuotaLoop(
        accounts,
        fixture.gate,
        fixture.quotas,
        fixture.quotaReader(),
        rate,
        fixture.redis,
        SyncFixture.PROPERTIES,
        fixture.clock);
  }

  /** The claim in Redis ends by itself, but by Redis' clock. */
  private void nextInterval() {
    fixture.redis.del(claim());
    fixture.clock.advance(SyncFixture.PROPERTIES.quotaInterval());
  }

  private String claim() {
    return "hongyan:quota-reading:" + account.id();
  }

  private int asked() {
    return fixture.wechat.calls(QUOTA_GET);
  }
}
