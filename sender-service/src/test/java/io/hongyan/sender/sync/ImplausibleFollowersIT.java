package io.hongyan.sender.sync;

import static io.hongyan.sender.sync.FollowerSyncFixture.FOLLOWERS;
import static io.hongyan.sender.sync.FollowerSyncFixture.listing;
import static io.hongyan.sender.sync.FollowerSyncFixture.openids;
import static io.hongyan.sender.sync.FollowerSyncFixture.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.sender.account.SenderAccount;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What WeChat lists cannot be: nobody is marked for it as unsubscribed. */
@Timeout(60)
class ImplausibleFollowersIT {

  private final FollowerSyncFixture fixture = new FollowerSyncFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void ifWeChatListsFewerThanItCountsNobodyIsMarked() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.syncNow(account);
    List<String> synced =
        fixture.texts("select followers_synced_at::text from account where id = ?", account);
    try (MockWebServer half =
        listing(path -> "{\"total\":25,\"data\":{\"openid\":[\"o01\",\"o02\"]}}")) {
      fixture.syncNow(account, half);
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
    SenderAccount account = fixture.account(FOLLOWERS);
    AtomicInteger pages = new AtomicInteger();
    String people =
        String.join(",", IntStream.range(0, 5_000).mapToObj(i -> "\"o" + i + "\"").toList());
    try (MockWebServer circle =
        listing(
            path ->
                "{\"total\":5000,\"data\":{\"openid\":[%s]},\"next_openid\":\"o%d\"}"
                    .formatted(people, pages.incrementAndGet() % 2))) {
      fixture.syncNow(account, circle);
    }

    assertThat(fixture.sync(account, "error")).contains("counts 5000").contains("do not end");
    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(pages.get()).isLessThan(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"total\":0,\"count\":0,\"next_openid\":\"\"}",
        "{\"total\":2,\"data\":{\"openid\":[\"o01\",\"o02\"]},\"next_openid\":\"\"}"
      })
  void thatMostHaveGoneIsBelievedWhenTheNextSyncSaysTheSame(String answer) throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.syncNow(account);
    try (MockWebServer few = listing(path -> answer)) {
      fixture.syncNow(account, few);

      assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
      assertThat(fixture.sync(account, "error")).contains("others are known");
      assertThat(fixture.sync(account, "phase")).isEmpty();
      fixture.syncNow(account, few);
    }

    assertThat(fixture.subscribed(account)).hasSizeLessThan(3);
    assertThat(fixture.sync(account, "error")).isEmpty();
    assertThat(fixture.sync(account, "doubted")).isEmpty();
  }

  @Test
  void aMistakeThatIsNotRepeatedConfirmsNothingLater() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.syncNow(account);
    try (MockWebServer none = listing(path -> "{\"total\":0,\"count\":0,\"next_openid\":\"\"}")) {
      for (int mistake = 1; mistake <= 2; mistake++) {
        fixture.syncNow(account, none);
        assertThat(fixture.sync(account, "doubted")).isEqualTo("0");
        fixture.syncNow(account);
        assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"total\":2,", ""})
  void theLastPageCannotTakeBackHowManyThereAre(String total) throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.syncNow(account);
    try (MockWebServer wechat =
        listing(
            path ->
                path.contains("next_openid")
                    ? "{%s\"data\":{\"openid\":[%s]}}"
                        .formatted(total, total.isEmpty() ? "" : "\"o03\"")
                    : "{\"total\":25,\"data\":{\"openid\":[\"o01\"]},\"next_openid\":\"o01\"}")) {
      fixture.syncNow(account, wechat);
    }

    assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
    assertThat(fixture.sync(account, "error")).contains("but counts 25");
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void aFirstPageWithoutATotalIsNone() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.syncNow(account);
    try (MockWebServer wechat = listing(path -> "{\"next_openid\":\"\"}")) {
      fixture.syncNow(account, wechat);
    }

    assertThat(fixture.sync(account, "error")).contains("without total");
    assertThat(fixture.subscribed(account)).hasSize(25);
  }

  @Test
  void whoIsListedTwiceMakesUpForNobodyWhoIsLost() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    fixture.syncNow(account);
    String people = quoted(1, 13);
    try (MockWebServer wechat =
        listing(
            path ->
                "{\"total\":25,\"data\":{\"openid\":[%s]},\"next_openid\":\"%s\"}"
                    .formatted(people, path.contains("next_openid") ? "" : "o13"))) {
      fixture.syncNow(account, wechat);
    }

    assertThat(fixture.sync(account, "error")).contains("listed 13 followers but counts 25");
    assertThat(fixture.subscribed(account)).hasSize(25);
  }
}
