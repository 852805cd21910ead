package io.hongyan.sender.sync;

import static io.hongyan.sender.sync.FollowerSyncFixture.FOLLOWERS;
import static io.hongyan.sender.sync.FollowerSyncFixture.FOLLOWERS_AND_TAGS;
import static io.hongyan.sender.sync.FollowerSyncFixture.USER_GET;
import static io.hongyan.sender.sync.FollowerSyncFixture.answering;
import static io.hongyan.sender.sync.FollowerSyncFixture.openids;
import static io.hongyan.sender.sync.FollowerSyncFixture.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.sender.account.SenderAccount;
import java.io.IOException;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tags and who has them, at the end of a follower sync, on a real database. */
@Timeout(60)
class TagSyncIT {

  private final FollowerSyncFixture fixture = new FollowerSyncFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void tagsAreGivenTakenRenamedAndDeletedAsWeChatListsThem() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS_AND_TAGS);
    fixture.syncNow(account);
    fixture.wechat.putAccount(
        account.appId(),
        """
        "followers":[%1$s,"oNew"],
        "tags":[{"id":100,"name":"VIP","openids":[%2$s,"oNew"]},{"id":102,"name":"new","openids":["o03"]}]"""
            .formatted(quoted(2, 15), quoted(2, 8)));

    fixture.syncNow(account);

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
    fixture.wechat.putAccount(
        account.appId(), FOLLOWERS + ",\"tags\":[{\"id\":2,\"name\":\"star\",\"openids\":[]}]");
    fixture.syncNow(account);
    assertThat(fixture.subscribed(account)).isEqualTo(openids(1, 25));
    assertThat(fixture.tagged(account)).isEmpty();
    assertThat(fixture.texts("select name from tag where account_id = ?", account))
        .containsExactly("star");
  }

  @Test
  void anEmptyListOfTagsIsNone() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS_AND_TAGS);
    fixture.syncNow(account);
    fixture.wechat.putAccount(account.appId(), FOLLOWERS + ",\"tags\":[]");

    fixture.syncNow(account);

    assertThat(fixture.tagged(account)).hasSize(13);
    assertThat(fixture.sync(account, "error")).contains("no tags at all");
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void thatATagIsOnNobodyIsBelievedWhenTheNextSyncSaysTheSame() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS_AND_TAGS);
    fixture.syncNow(account);
    fixture.wechat.putAccount(
        account.appId(),
        FOLLOWERS
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
    SenderAccount account = fixture.account(FOLLOWERS_AND_TAGS);
    fixture.syncNow(account);
    fixture.wechat.fault(
        account.appId(), "/cgi-bin/user/tag/get", 1, "{\"type\":\"errcode\",\"errcode\":45159}");

    fixture.syncNow(account);

    assertThat(fixture.sync(account, "phase")).isEmpty();
    assertThat(fixture.sync(account, "error")).contains("tag 100");
    assertThat(fixture.tagged(account)).hasSize(13);
  }

  @Test
  void ifWeChatListsFewerWithATagThanItCountsItIsTakenOffNobody() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS_AND_TAGS);
    fixture.syncNow(account);
    try (MockWebServer fewer = tagging("{\"id\":100,\"name\":\"vip\",\"count\":12}")) {
      fixture.syncNow(account, fewer);
    }

    assertThat(fixture.tagged(account)).hasSize(12).contains("vip o01", "vip o12");
    assertThat(fixture.sync(account, "error"))
        .contains("tag 100: WeChat listed 1 people but counts 12");
    assertThat(fixture.sync(account, "phase")).isEmpty();
  }

  @Test
  void tagsOfOneNameAreToldApart() throws Exception {
    SenderAccount account = fixture.account(FOLLOWERS);
    try (MockWebServer twins =
        tagging(
            "{\"id\":100,\"name\":\"vip\",\"count\":1},{\"id\":101,\"name\":\"vip\",\"count\":1}")) {
      fixture.syncNow(account, twins);
    }

    assertThat(fixture.tagged(account)).containsExactlyInAnyOrder("vip o01", "vip (101) o01");
    assertThat(fixture.sync(account, "error")).isEmpty();
  }

  /** A WeChat with these tags, each on {@code o01} only, whatever their counts say. */
  private static MockWebServer tagging(String tags) throws IOException {
    return answering(
        path ->
            path.startsWith("/cgi-bin/tags/get")
                ? "{\"tags\":[%s]}".formatted(tags)
                : path.startsWith(USER_GET)
                    ? "{\"total\":25,\"data\":{\"openid\":[%s]},\"next_openid\":\"\"}"
                        .formatted(quoted(1, 25))
                    : "{\"count\":1,\"data\":{\"openid\":[\"o01\"]},\"next_openid\":\"\"}");
  }
}
