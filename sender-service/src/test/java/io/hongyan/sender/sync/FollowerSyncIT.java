package io.hongyan.sender.sync;

import static io.hongyan.sender.sync.FollowerSyncFixture.FOLLOWERS;
import static io.hongyan.sender.sync.FollowerSyncFixture.FOLLOWERS_AND_TAGS;
import static io.hongyan.sender.sync.FollowerSyncFixture.USER_GET;
import static io.hongyan.sender.sync.FollowerSyncFixture.openids;
import static io.hongyan.sender.sync.FollowerSyncFixture.quoted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.verify;

import io.hongyan.sender.account.SenderAccount;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.support.TransactionTemplate;

/** A follower sync through everything that may befall it, on a real database. */
@Timeout(120)
class FollowerSyncIT {

  private final FollowerSyncFixture fixture = new FollowerSyncFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aWholeSyncKnowsFollowersAndTags() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS_AND_TAGS);

    fixture.syncNow(account);

    assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
    assertThat(fixture.tagged(account))
        .containsExactlyElementsOf(
            Stream.concat(Stream.of("new o25"), openids(1, 12).stream().map("vip "::concat))
                .toList());
    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "error")).isEmpty();
    assertThat(fixture.sync(account, "finished_at")).isNotEmpty();
    assertThat(fixture.sync(account, "requested_at")).isEmpty();
    assertThat(fixture.sync(account, "claimed_by")).isEmpty();
    assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("25/25");
    assertThat(
            fixture.texts(
                "select (followers_synced_at is not null)::text from account where id = ?",
                account))
        .containsExactly("true");
  }

  @Test
  void whoWentIsMarkedWhoCameIsAddedAndNothingElseChanged() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.syncNow(account);
    List<String> before = changed(account, "o02");
    fixture.wechat.putAccount(
        account.appId(), "\"followers\":[%s,\"oNew\"]".formatted(quoted(2, 15)));

    fixture.syncNow(account);

    assertThat(fixture.subscribed(account)).hasSize(15).contains("oNew").doesNotContain("o01");
    assertThat(fixture.unsubscribed(account)).hasSize(11).contains("o01", "o25");
    assertThat(changed(account, "o02")).isEqualTo(before);
    fixture.wechat.putAccount(account.appId(), FOLLOWERS);
    fixture.syncNow(account);
    assertThat(fixture.subscribed(account)).as("o01 is back").isEqualTo(openids(1, 25));
  }

  private List<String> changed(SenderAccount account, String openid) {
    return fixture.texts(
        "select changed_at::text from follower where account_id = ? and openid = '%s'"
            .formatted(openid),
        account);
  }

  @Test
  void whoFollowsWhileTheRunIsUnderWayIsNotMarked() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);

    fixture.goOn(account, 3);
    fixture
        .jdbc
        .sql(
            "insert into follower (account_id, openid, subscribed, seen_in) values (?, 'o00', true, 0)")
        .param(account.id())
        .update();
    fixture.goOn(account);

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.subscribed(account)).contains("o00").hasSize(26);
  }

  @Test
  void withoutATokenTheRunWaits() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    fixture.wechat.fault(
        account.appId(), "/cgi-bin/stable_token", 1, "{\"type\":\"errcode\",\"errcode\":40164}");

    fixture.goOn(account);

    assertThat(fixture.sync(account, "error")).contains("40164");
    verify(fixture.gate).closeUntilResumed(eq(account), contains("40164"), any());
    assertThat(fixture.sync(account, "phase")).isEqualTo("followers");
    fixture.clock.advance(Duration.ofSeconds(29));
    fixture.goOn(account);
    assertThat(fixture.subscribed(account)).isEmpty();
    fixture.clock.advance(Duration.ofSeconds(1));
    fixture.goOn(account);
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void aDayOfBusyAnswersCostsFewCallsAndTheRunGoesOnAfterwards() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    fixture.goOn(account, 2);
    fixture.wechat.fault(
        account.appId(), USER_GET, 10_000, "{\"type\":\"errcode\",\"errcode\":-1}");
    int before = fixture.wechat.calls(USER_GET);
    FollowerSync sender = fixture.sender();
    for (int look = 0; look < 24 * 60 * 6; look++) {
      fixture.clock.advance(Duration.ofSeconds(10));
      if (!fixture.mapper.findDue(fixture.clock.instant().atOffset(ZoneOffset.UTC)).isEmpty()) {
        sender.goOn(account, () -> true);
      }
    }

    assertThat(fixture.wechat.calls(USER_GET) - before).isBetween(90, 120);
    assertThat(fixture.sync(account, "error")).contains("-1");
    assertThat(fixture.sync(account, "seen")).as("what was read is not lost").isEqualTo("20");
    fixture.wechat.clearFaults();
    fixture.clock.advance(Duration.ofMinutes(15));
    sender.goOn(account, () -> true);
    assertThat(fixture.sync(account, "error")).isEmpty();
    assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("25/25");
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void aUsedUpDayIsWaitedFor() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    fixture.wechat.fault(account.appId(), USER_GET, 1, "{\"type\":\"errcode\",\"errcode\":45009}");

    fixture.goOn(account);

    // 03:00 UTC is 11:00 in China, whose midnight is at 16:00 UTC.
    assertThat(
            Instant.ofEpochSecond(
                Long.parseLong(fixture.sync(account, "extract(epoch from lease_until)::bigint"))))
        .isBetween(Instant.parse("2026-11-22T16:00:00Z"), Instant.parse("2026-11-22T16:10:00Z"));
    fixture.clock.advance(Duration.ofHours(13).plusMinutes(10));
    fixture.goOn(account);
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void aRefusedTokenIsReplacedOnce() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    fixture.goOn(account, 1);
    fixture.wechat.retireToken(account.appId());

    fixture.goOn(account);

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "error")).isEmpty();
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void aPlaceThatWeChatNoLongerKnowsIsLeftForTheFirstPage() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    fixture.goOn(account, 2);
    fixture.wechat.fault(account.appId(), USER_GET, 1, "{\"type\":\"errcode\",\"errcode\":40003}");
    fixture.goOn(account);
    assertThat(fixture.sync(account, "seen || ' ' || next_openid || ' ' || failures"))
        .isEqualTo("0  1");

    fixture.clock.advance(Duration.ofSeconds(30));
    fixture.goOn(account);

    assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("25/25");
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void aRunInTroubleGivesWayToTheNextNights() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    fixture.wechat.fault(
        account.appId(), "/cgi-bin/tags/get", 3, "{\"type\":\"errcode\",\"errcode\":48001}");
    fixture.goOn(account);
    String run = fixture.sync(account, "run");
    fixture.request(account);
    for (int failure = 2; failure <= 3; failure++) {
      fixture.clock.advance(Duration.ofMinutes(10));
      fixture.goOn(account);
      assertThat(fixture.sync(account, "run || ' ' || phase || ' ' || failures"))
          .isEqualTo("%s tags %d".formatted(run, failure));
    }
    fixture.clock.advance(Duration.ofMinutes(10));

    fixture.goOn(account);

    assertThat(fixture.sync(account, "run")).isNotEqualTo(run);
    assertThat(fixture.sync(account, "requested_at")).isEmpty();
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void aRunThatWaitsForTheNextDayKeepsItsPlaceWhateverIsAskedForMeanwhile() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    fixture.goOn(account, 2);
    fixture.wechat.fault(account.appId(), USER_GET, 1, "{\"type\":\"errcode\",\"errcode\":45009}");
    fixture.goOn(account);
    String run = fixture.sync(account, "run");
    fixture.request(account);
    fixture.clock.advance(Duration.ofHours(14));

    fixture.goOn(account);

    assertThat(fixture.sync(account, "run")).isEqualTo(run);
    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "requested_at")).as("to be served yet").isNotEmpty();
    fixture.goOn(account);
    assertThat(fixture.sync(account, "run")).isNotEqualTo(run);
    assertThat(fixture.sync(account, "requested_at")).isEmpty();
  }

  @Test
  void aPlaceThatIsUnknownAgainEndsTheRun() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    for (int time = 1; time <= 2; time++) {
      fixture.goOn(account, 2);
      fixture.wechat.fault(
          account.appId(), USER_GET, 1, "{\"type\":\"errcode\",\"errcode\":40003}");
      fixture.goOn(account);
      fixture.clock.advance(Duration.ofSeconds(30));
    }

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "error")).contains("40003");
    assertThat(fixture.sync(account, "finished_at")).isEmpty();
    fixture.syncNow(account);
    assertThat(fixture.sync(account, "finished_at")).as("the next has its own try").isNotEmpty();
  }

  @Test
  void theNightlyRequestIsForAllEnabledAccountsAndOncePerNight() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    SenderAccount disabled = fixture.account(FOLLOWERS);
    fixture
        .jdbc
        .sql("update account set enabled = false where id = ?")
        .param(disabled.id())
        .update();
    FollowerSyncJob job = new FollowerSyncJob(fixture.mapper, SyncFixture.PROPERTIES);
    Instant due = Instant.now();

    assertThat(job.run(due)).contains("accounts asked for");
    assertThat(fixture.sync(account, "requested_at")).isNotEmpty();
    assertThat(fixture.texts("select account_id from follower_sync where account_id = ?", disabled))
        .isEmpty();
    fixture.goOn(account);
    job.run(due);

    assertThat(fixture.sync(account, "requested_at")).as("it was done for this night").isEmpty();
  }

  @Test
  void aPageThatCannotBeStoredIsPutOffLikeAnyOtherFailure() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.request(account);
    TransactionTemplate broken =
        fixture.parts.transactions(
            () -> {
              throw new DataIntegrityViolationException("no such thing");
            });

    fixture.sender(broken).goOn(account, () -> true);

    assertThat(fixture.sync(account, "error")).isEqualTo("no such thing");
    assertThat(fixture.sync(account, "failures")).isEqualTo("1");
  }

  @Test
  void aMillionFollowersTakeNoMoreMemoryThanAFew() throws Exception {
    fixture.wechat.settings("{\"followersPerPage\":10000}");
    SenderAccount account =
        fixture.account(
            """
            "followers":{"generated":{"prefix":"oM","count":1000000}},
            "tags":[{"id":100,"name":"vip","every":10}]""");
    AtomicInteger steps = new AtomicInteger();
    AtomicLong early = new AtomicLong();
    AtomicLong late = new AtomicLong();
    fixture.request(account);

    fixture
        .sender()
        .goOn(
            account,
            () -> {
              switch (steps.incrementAndGet()) {
                case 10 -> early.set(heapInUse());
                case 99 -> late.set(heapInUse());
                default -> {}
              }
              return true;
            });

    assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("1000000/1000000");
    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(
            fixture.texts(
                "select count(*)::text from follower where account_id = ? and subscribed", account))
        .containsExactly("1000000");
    assertThat(
            fixture.texts("select count(*)::text from follower_tag where account_id = ?", account))
        .containsExactly("100000");
    // A page has 10,000 openids, which as Strings are about 1 MB.
    assertThat(late.get() - early.get()).isLessThan(16 << 20);
  }

  private static long heapInUse() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void whoUnfollowsWhileTheRunIsUnderWayStaysUnsubscribed() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.syncNow(account);
    fixture.request(account);

    fixture.goOn(account, 1);
    // The event came after WeChat had made the page, but before the page was stored.
    fixture
        .jdbc
        .sql(
            """
            update follower set subscribed = false, changed_at = clock_timestamp(), event_at = now()
            where account_id = ? and openid in ('o01', 'o24')""")
        .param(account.id())
        .update();
    fixture.goOn(account);

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.subscribed(account)).doesNotContain("o01", "o24").hasSize(23);
    fixture.syncNow(account);
    assertThat(fixture.subscribed(account)).as("the next run knows").hasSize(25);
  }
}
