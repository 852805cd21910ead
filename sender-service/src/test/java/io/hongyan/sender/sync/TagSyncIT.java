package io.hongyan.sender.sync;

import static io.hongyan.sender.sync.FollowerSyncFixture.FOLLOWERS;
import static io.hongyan.sender.sync.FollowerSyncFixture.FOLLOWERS_AND_TAGS;
import static io.hongyan.sender.sync.FollowerSyncFixture.openids;
import static io.hongyan.sender.sync.FollowerSyncFixture.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.sender.account.SenderAccount;
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
}
