package io.hongyan.sender.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.verify;

import io.hongyan.sender.Samples;
import io.hongyan.sender.account.SenderAccount;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.support.TransactionTemplate;

/** A follower sync through everything that may befall it, on a real database. */
@Timeout(120)
class FollowerSyncIT {

  private static final String USER_GET = "/cgi-bin/user/get";
  private static final String ANNE_TO_LEA =
      "\"followers\":[%s]"
          .formatted(
              String.join(
                  ",", IntStream.rangeClosed(1, 25).mapToObj(FollowerSyncIT::quoted).toList()));
  private static final String VIP_AND_NEW =
      "\"tags\":[{\"id\":100,\"name\":\"vip\",\"openids\":[\"o01\",\"o02\",\"o03\",\"o04\",\"o05\","
          + "\"o06\",\"o07\",\"o08\",\"o09\",\"o10\",\"o11\",\"o12\"]},"
          + "{\"id\":101,\"name\":\"new\",\"openids\":[\"o25\"]}]";

  private final SyncFixture fixture = new SyncFixture();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private static String quoted(int number) {
    return "\"o%02d\"".formatted(number);
  }

  private static List<String> openids(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj("o%02d"::formatted).toList();
  }

  @BeforeEach
  void smallPages() {
    fixture.wechat.settings("{\"followersPerPage\":10}");
  }

  @AfterEach
  void close() {
    threads.close();
    fixture.close();
  }

  @Test
  void aWholeSyncKnowsFollowersAndTags() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);

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
    SenderAccount account = fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);
    fixture.syncNow(account);
    List<String> before =
        fixture.texts(
            "select changed_at::text from follower where account_id = ? and openid = 'o02'",
            account);
    fixture.wechat.putAccount(
        account.appId(),
        """
        "followers":["o02","o03","o04","o05","o06","o07","o08","o09","o10","o11","o12","o13","o14","o15","oNew"],
        "tags":[{"id":100,"name":"VIP","openids":["o02","o03","o04","o05","o06","o07","o08","oNew"]},{"id":102,"name":"new","openids":["o03"]}]""");

    fixture.syncNow(account);

    assertThat(fixture.subscribed(account)).hasSize(15).contains("oNew").doesNotContain("o01");
    assertThat(fixture.unsubscribed(account)).hasSize(11).contains("o01", "o25");
    assertThat(fixture.tagged(account))
        .containsExactly(
            "VIP o02",
            "VIP o03",
            "VIP o04",
            "VIP o05",
            "VIP o06",
            "VIP o07",
            "VIP o08",
            "VIP oNew",
            "new o03");
    assertThat(
            fixture.texts(
                "select distinct tag_id::text from follower_tag where account_id = ?", account))
        .containsExactlyInAnyOrder("100", "102");
    assertThat(
            fixture.texts(
                "select changed_at::text from follower where account_id = ? and openid = 'o02'",
                account))
        .isEqualTo(before);
    fixture.wechat.putAccount(
        account.appId(), ANNE_TO_LEA + ",\"tags\":[{\"id\":2,\"name\":\"star\",\"openids\":[]}]");
    fixture.syncNow(account);
    assertThat(fixture.subscribed(account)).as("o01 is back").isEqualTo(openids(1, 25));
    assertThat(fixture.tagged(account)).isEmpty();
  }

  @Test
  void whoFollowsWhileTheRunIsUnderWayIsNotMarked() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);

    fixture.sender().goOn(account, times(3));
    fixture
        .jdbc
        .sql(
            "insert into follower (account_id, openid, subscribed, seen_in) values (?, 'o00', true, 0)")
        .param(account.id())
        .update();
    fixture.sender().goOn(account, () -> true);

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.subscribed(account)).contains("o00").hasSize(26);
  }

  @Test
  void killedAfterAnyPageAnotherGoesOnFromThereWhenTheLeaseIsOver() throws Exception {
    SenderAccount whole = fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);
    fixture.syncNow(whole);
    int pages = fixture.wechat.calls(USER_GET);
    List<String> tagged = fixture.tagged(whole);

    for (int steps = 1; ; steps++) {
      SenderAccount account = fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);
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
    SenderAccount account = fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);
    for (int commit = 1; ; commit++) {
      SenderAccount victim =
          commit == 1 ? account : fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);
      fixture.request(victim);
      AtomicInteger commits = new AtomicInteger(commit);
      TransactionTemplate dying =
          fixture.transactions(
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
        fixture.sender().goOn(victim, () -> true);
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
      SenderAccount account = fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);
      fixture.request(account);
      fixture.sender(fixture.losingAnswer(commit)).goOn(account, () -> true);
      boolean lost = !fixture.sync(account, "error").isEmpty();
      fixture.clock.advance(Duration.ofSeconds(30));

      fixture.sender().goOn(account, () -> true);

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
  void withoutATokenTheRunWaits() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    fixture.wechat.fault(
        account.appId(), "/cgi-bin/stable_token", 1, "{\"type\":\"errcode\",\"errcode\":40164}");

    fixture.sender().goOn(account, () -> true);

    assertThat(fixture.sync(account, "error")).contains("40164");
    verify(fixture.gate).closeUntilResumed(eq(account), contains("40164"), any());
    assertThat(fixture.sync(account, "phase")).isEqualTo("followers");
    fixture.clock.advance(Duration.ofSeconds(29));
    fixture.sender().goOn(account, () -> true);
    assertThat(fixture.subscribed(account)).isEmpty();
    fixture.clock.advance(Duration.ofSeconds(1));
    fixture.sender().goOn(account, () -> true);
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void whoWasTakenOverChangesNothingMore() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
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

    fixture.sender().goOn(account, times(2));
    String place = fixture.sync(account, "next_openid");
    goOn.countDown();
    first.get();

    assertThat(fixture.sync(account, "next_openid")).isEqualTo(place);
    assertThat(fixture.sync(account, "error")).isEmpty();
    fixture.sender().goOn(account, () -> true);
    assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("25/25");
    assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
  }

  @Test
  void twoSendersDoNotSyncOneAccountAtOnce() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
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

    fixture.sender().goOn(account, () -> true);

    assertThat(fixture.subscribed(account)).isEmpty();
    goOn.countDown();
    first.get();
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void aLeaseThatProgressKeepsAliveIsNotTakenOver() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
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
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);

    fixture.sender().goOn(account, times(2));
    assertThat(fixture.sync(account, "phase")).isEqualTo("followers");
    fixture.sender().goOn(account, () -> true);

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("25/25");
  }

  @Test
  void ifWeChatListsFewerThanItCountsNobodyIsMarked() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.syncNow(account);
    List<String> synced =
        fixture.texts("select followers_synced_at::text from account where id = ?", account);
    try (MockWebServer half = listing("{\"total\":25,\"data\":{\"openid\":[\"o01\",\"o02\"]}}")) {
      fixture.request(account);

      fixture.sender(half.url("/").uri()).goOn(account, () -> true);
    }

    assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
    assertThat(fixture.sync(account, "error")).contains("listed 2 followers but counts 25");
    assertThat(fixture.sync(account, "phase")).as("the run ended").isEmpty();
    assertThat(fixture.texts("select followers_synced_at::text from account where id = ?", account))
        .isEqualTo(synced);
    fixture.syncNow(account);
    assertThat(fixture.sync(account, "error")).isEmpty();
  }

  @Test
  void pagesThatLeadBackEndTheRunBeforeTheDaysCallsDo() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    AtomicInteger pages = new AtomicInteger();
    String people =
        String.join(",", IntStream.range(0, 5_000).mapToObj(i -> "\"o" + i + "\"").toList());
    try (MockWebServer circle = new MockWebServer()) {
      serve(
          circle,
          path ->
              "{\"total\":5000,\"data\":{\"openid\":[%s]},\"next_openid\":\"o%d\"}"
                  .formatted(people, pages.incrementAndGet() % 2));
      fixture.request(account);

      fixture.sender(circle.url("/").uri()).goOn(account, () -> true);
    }

    assertThat(fixture.sync(account, "error")).contains("counts 5000").contains("do not end");
    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(pages.get()).isLessThan(6);
  }

  @Test
  void aDayOfBusyAnswersCostsFewCallsAndTheRunGoesOnAfterwards() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    fixture.sender().goOn(account, times(2));
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
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    fixture.wechat.fault(account.appId(), USER_GET, 1, "{\"type\":\"errcode\",\"errcode\":45009}");

    fixture.sender().goOn(account, () -> true);

    // 03:00 UTC is 11:00 in China, whose midnight is at 16:00 UTC.
    assertThat(
            Instant.ofEpochSecond(
                Long.parseLong(fixture.sync(account, "extract(epoch from lease_until)::bigint"))))
        .isBetween(Instant.parse("2026-11-22T16:00:00Z"), Instant.parse("2026-11-22T16:10:00Z"));
    fixture.clock.advance(Duration.ofHours(13).plusMinutes(10));
    fixture.sender().goOn(account, () -> true);
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void aRefusedTokenIsReplacedOnce() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    fixture.sender().goOn(account, times(1));
    fixture.wechat.call(
        "POST",
        "/cgi-bin/stable_token",
        """
        {"grant_type":"client_credential","appid":"%s","secret":"%s","force_refresh":true}"""
            .formatted(account.appId(), Samples.SECRET));

    fixture.sender().goOn(account, () -> true);

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "error")).isEmpty();
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void aPlaceThatWeChatNoLongerKnowsIsLeftForTheFirstPage() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    fixture.sender().goOn(account, times(2));
    fixture.wechat.fault(account.appId(), USER_GET, 1, "{\"type\":\"errcode\",\"errcode\":40003}");
    fixture.sender().goOn(account, () -> true);
    assertThat(fixture.sync(account, "seen || ' ' || next_openid || ' ' || failures"))
        .isEqualTo("0  1");

    fixture.clock.advance(Duration.ofSeconds(30));
    fixture.sender().goOn(account, () -> true);

    assertThat(fixture.sync(account, "seen || '/' || total")).isEqualTo("25/25");
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void aRunInTroubleGivesWayToTheNextNights() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    fixture.wechat.fault(
        account.appId(), "/cgi-bin/tags/get", 3, "{\"type\":\"errcode\",\"errcode\":48001}");
    fixture.sender().goOn(account, () -> true);
    String run = fixture.sync(account, "run");
    fixture.request(account);
    for (int failure = 2; failure <= 3; failure++) {
      fixture.clock.advance(Duration.ofMinutes(10));
      fixture.sender().goOn(account, () -> true);
      assertThat(fixture.sync(account, "run || ' ' || phase || ' ' || failures"))
          .isEqualTo("%s tags %d".formatted(run, failure));
    }
    fixture.clock.advance(Duration.ofMinutes(10));

    fixture.sender().goOn(account, () -> true);

    assertThat(fixture.sync(account, "run")).isNotEqualTo(run);
    assertThat(fixture.sync(account, "requested_at")).isEmpty();
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void aRunThatWaitsForTheNextDayKeepsItsPlaceWhateverIsAskedForMeanwhile() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    fixture.sender().goOn(account, times(2));
    fixture.wechat.fault(account.appId(), USER_GET, 1, "{\"type\":\"errcode\",\"errcode\":45009}");
    fixture.sender().goOn(account, () -> true);
    String run = fixture.sync(account, "run");
    fixture.request(account);
    fixture.clock.advance(Duration.ofHours(14));

    fixture.sender().goOn(account, () -> true);

    assertThat(fixture.sync(account, "run")).isEqualTo(run);
    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "requested_at")).as("to be served yet").isNotEmpty();
    fixture.sender().goOn(account, () -> true);
    assertThat(fixture.sync(account, "run")).isNotEqualTo(run);
    assertThat(fixture.sync(account, "requested_at")).isEmpty();
  }

  @Test
  void aPlaceThatIsUnknownAgainEndsTheRun() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    for (int time = 1; time <= 2; time++) {
      fixture.sender().goOn(account, times(2));
      fixture.wechat.fault(
          account.appId(), USER_GET, 1, "{\"type\":\"errcode\",\"errcode\":40003}");
      fixture.sender().goOn(account, () -> true);
      fixture.clock.advance(Duration.ofSeconds(30));
    }

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "error")).contains("40003");
    assertThat(fixture.sync(account, "finished_at")).isEmpty();
    fixture.syncNow(account);
    assertThat(fixture.sync(account, "finished_at")).as("the next has its own try").isNotEmpty();
  }

  @Test
  void whoWasTakenOverLeavesAPlaceThatIsUnknownAlone() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    try (MockWebServer wechat = new MockWebServer()) {
      serve(
          wechat,
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
          });

      fixture.sender(wechat.url("/").uri()).goOn(account, () -> true);
    }

    assertThat(fixture.sync(account, "claimed_by || ' ' || next_openid || ' ' || failures"))
        .isEqualTo("another o01 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"total\":0,\"count\":0,\"next_openid\":\"\"}",
        "{\"total\":2,\"data\":{\"openid\":[\"o01\",\"o02\"]},\"next_openid\":\"\"}"
      })
  void thatMostHaveGoneIsBelievedWhenTheNextSyncSaysTheSame(String answer) throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.syncNow(account);
    try (MockWebServer few = listing(answer)) {
      fixture.request(account);
      fixture.sender(few.url("/").uri()).goOn(account, () -> true);

      assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
      assertThat(fixture.sync(account, "error")).contains("others are known");
      assertThat(fixture.sync(account, "phase")).isEmpty();
      fixture.request(account);
      fixture.sender(few.url("/").uri()).goOn(account, () -> true);
    }

    assertThat(fixture.subscribed(account)).hasSizeLessThan(3);
    assertThat(fixture.sync(account, "error")).isEmpty();
    assertThat(fixture.sync(account, "doubted")).isEmpty();
  }

  @Test
  void aMistakeThatIsNotRepeatedConfirmsNothingLater() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.syncNow(account);
    try (MockWebServer none = listing("{\"total\":0,\"count\":0,\"next_openid\":\"\"}")) {
      for (int mistake = 1; mistake <= 2; mistake++) {
        fixture.request(account);
        fixture.sender(none.url("/").uri()).goOn(account, () -> true);
        assertThat(fixture.sync(account, "doubted")).isEqualTo("0");
        fixture.syncNow(account);
        assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"total\":2,", ""})
  void theLastPageCannotTakeBackHowManyThereAre(String total) throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.syncNow(account);
    try (MockWebServer wechat = new MockWebServer()) {
      serve(
          wechat,
          path ->
              path.contains("next_openid")
                  ? "{%s\"data\":{\"openid\":[%s]}}"
                      .formatted(total, total.isEmpty() ? "" : "\"o03\"")
                  : "{\"total\":25,\"data\":{\"openid\":[\"o01\"]},\"next_openid\":\"o01\"}");
      fixture.request(account);

      fixture.sender(wechat.url("/").uri()).goOn(account, () -> true);
    }

    assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
    assertThat(fixture.sync(account, "error")).contains("but counts 25");
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void aFirstPageWithoutATotalIsNone() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.syncNow(account);
    try (MockWebServer wechat = listing("{\"next_openid\":\"\"}")) {
      fixture.request(account);

      fixture.sender(wechat.url("/").uri()).goOn(account, () -> true);
    }

    assertThat(fixture.sync(account, "error")).contains("without total");
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void whoIsListedTwiceMakesUpForNobodyWhoIsLost() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.syncNow(account);
    String people = String.join(",", openids(1, 13).stream().map("\"%s\""::formatted).toList());
    try (MockWebServer wechat = new MockWebServer()) {
      serve(
          wechat,
          path ->
              "{\"total\":25,\"data\":{\"openid\":[%s]},\"next_openid\":\"%s\"}"
                  .formatted(people, path.contains("next_openid") ? "" : "o13"));
      fixture.request(account);

      fixture.sender(wechat.url("/").uri()).goOn(account, () -> true);
    }

    assertThat(fixture.sync(account, "error")).contains("listed 13 followers but counts 25");
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void anEmptyListOfTagsIsNone() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);
    fixture.syncNow(account);
    fixture.wechat.putAccount(account.appId(), ANNE_TO_LEA + ",\"tags\":[]");

    fixture.syncNow(account);

    assertThat(fixture.tagged(account)).hasSize(13);
    assertThat(fixture.sync(account, "error")).contains("no tags at all");
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void thatATagIsOnNobodyIsBelievedWhenTheNextSyncSaysTheSame() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);
    fixture.syncNow(account);
    fixture.wechat.putAccount(
        account.appId(),
        ANNE_TO_LEA
            + ",\"tags\":[{\"id\":100,\"name\":\"vip\",\"openids\":[]},{\"id\":101,\"name\":\"new\",\"openids\":[]}]");

    fixture.syncNow(account);

    assertThat(fixture.tagged(account)).as("of few one may well go").hasSize(12);
    assertThat(fixture.sync(account, "error")).contains("tag 100").contains("12 others are known");
    fixture.syncNow(account);
    assertThat(fixture.tagged(account)).isEmpty();
    assertThat(fixture.sync(account, "error")).isEmpty();
  }

  @Test
  void aTagThatVanishedMeanwhileStopsNoOther() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA + "," + VIP_AND_NEW);
    fixture.syncNow(account);
    fixture.wechat.fault(
        account.appId(), "/cgi-bin/user/tag/get", 1, "{\"type\":\"errcode\",\"errcode\":45159}");

    fixture.syncNow(account);

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "error")).contains("tag 100");
    assertThat(fixture.tagged(account)).hasSize(13);
  }

  @Test
  void theNightlyRequestIsForAllEnabledAccountsAndOncePerNight() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    SenderAccount disabled = fixture.account(ANNE_TO_LEA);
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
    fixture.sender().goOn(account, () -> true);
    job.run(due);

    assertThat(fixture.sync(account, "requested_at")).as("it was done for this night").isEmpty();
  }

  @Test
  void aPageThatCannotBeStoredIsPutOffLikeAnyOtherFailure() throws Exception {
    SenderAccount account = fixture.account(ANNE_TO_LEA);
    fixture.request(account);
    TransactionTemplate broken =
        fixture.transactions(
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

  /** Says yes so many times, then no. */
  private static BooleanSupplier times(int steps) {
    AtomicInteger left = new AtomicInteger(steps);
    return () -> left.getAndDecrement() > 0;
  }

  /** The process ends there: no catch, no finally that would tidy up. */
  private static BooleanSupplier killedAfter(int steps) {
    AtomicInteger left = new AtomicInteger(steps);
    return () -> {
      if (left.getAndDecrement() == 0) {
        throw new Killed();
      }
      return true;
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MockWebServer listing(String followers) throws IOException {
    MockWebServer server = new MockWebServer();
    serve(server, path -> followers);
    return server;
  }

  private static void serve(MockWebServer server, UnaryOperator<String> followers)
      throws IOException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            String path = request.getTarget();
            String body =
                path.startsWith("/cgi-bin/stable_token")
                    ? "{\"access_token\":\"t\",\"expires_in\":7200}"
                    : path.startsWith(USER_GET) ? followers.apply(path) : "{\"tags\":[]}";
            return new MockResponse.Builder().body(body).build();
          }
        });
    server.start();
  }

  /** A kill -9. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }
}
