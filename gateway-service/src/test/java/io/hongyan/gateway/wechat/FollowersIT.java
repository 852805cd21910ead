package io.hongyan.gateway.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Followers and tags, against a real database. */
class FollowersIT {

  private final RunningGateway gateway = RunningGateway.shared();

  @BeforeAll
  static void accounts() {
    for (String account : new String[] {"wf-sync", "wf-state", "wf-tags", "wf-scope"}) {
      RunningGateway.shared().createAccount(account);
    }
  }

  @Test
  void asksForASyncAndAgainForOneThatBeginsLater() {
    Answer before = gateway.admin("GET", "/v1/accounts/wf-sync/followers/sync", null);
    Answer first = gateway.admin("POST", "/v1/accounts/wf-sync/followers/sync", null);
    Database.execute(
        "update follower_sync set requested_at = requested_at - interval '1 hour', phase = 'followers', seen = 7 where account_id = 'wf-sync'");
    Answer second = gateway.admin("POST", "/v1/accounts/wf-sync/followers/sync", null);

    assertThat(before.text())
        .isEqualTo(
            "{\"requestedAt\":null,\"phase\":null,\"seen\":0,\"total\":null,\"startedAt\":null,\"finishedAt\":null,\"error\":null,\"followersSyncedAt\":null,\"followers\":0,\"unsubscribed\":0,\"tags\":0}");
    assertThat(first.status()).as(first.text()).isEqualTo(202);
    assertThat(first.json().get("requestedAt").isNull()).isFalse();
    assertThat(second.status()).isEqualTo(202);
    assertThat(second.json().get("phase").stringValue())
        .as("the run that is under way goes on")
        .isEqualTo("followers");
    assertThat(
            Database.row(
                "select requested_at > now() - interval '10 minutes', seen from follower_sync where account_id = 'wf-sync'"))
        .containsExactly("true", "7");
    assertThat(
            Database.count(
                "audit_log where subject = 'account/wf-sync' and action = 'followers.sync'"))
        .isEqualTo(2);
  }

  @Test
  void showsHowFarASyncIsAndWhatIsKnown() {
    Database.execute(
        """
        update account set followers_synced_at = '2026-11-21T19:30Z' where id = 'wf-state';
        insert into follower_sync values ('wf-state', null, 5, 'tags', 100, 'oB', 3, 3, '2026-11-22T19:30Z', null, 'WeChat refused: 45009');
        insert into follower (account_id, openid, subscribed, seen_in) values
          ('wf-state', 'oA', true, 5), ('wf-state', 'oB', true, 5), ('wf-state', 'oC', false, 4), ('wf-sync', 'oA', true, 1);
        insert into tag values ('wf-state', 100, 'vip', 2)
        """);

    Answer shown = gateway.admin("GET", "/v1/accounts/wf-state/followers/sync", null);
    Database.execute("delete from follower where account_id in ('wf-state', 'wf-sync')");

    assertThat(shown.text())
        .isEqualTo(
            "{\"requestedAt\":null,\"phase\":\"tags\",\"seen\":3,\"total\":3,\"startedAt\":\"2026-11-22T19:30:00Z\",\"finishedAt\":null,\"error\":\"WeChat refused: 45009\",\"followersSyncedAt\":\"2026-11-21T19:30:00Z\",\"followers\":2,\"unsubscribed\":1,\"tags\":1}");
  }

  @Test
  void listsTagsInPages() {
    Database.execute(
        "insert into tag values ('wf-tags', 2, '星标组', 0), ('wf-tags', 100, 'vip', 1200), ('wf-tags', 101, '老客户', 3)");

    Answer first = gateway.admin("GET", "/v1/accounts/wf-tags/tags?limit=2", null);
    Answer rest = gateway.admin("GET", "/v1/accounts/wf-tags/tags?limit=2&cursor=100", null);

    assertThat(first.text())
        .isEqualTo(
            "{\"items\":[{\"id\":2,\"name\":\"星标组\",\"followers\":0},{\"id\":100,\"name\":\"vip\",\"followers\":1200}],\"next\":\"100\"}");
    assertThat(rest.text())
        .isEqualTo("{\"items\":[{\"id\":101,\"name\":\"老客户\",\"followers\":3}],\"next\":null}");
    assertThat(gateway.admin("GET", "/v1/accounts/wf-tags/tags?cursor=vip", null).status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"GET, followers/sync", "POST, followers/sync", "GET, tags"})
  void onlyTheAccountsAdminsAreLetIn(String method, String path) {
    OnlyAdmins.areLetIn(gateway, "wf-scope", method, path, null);

    assertThat(Database.count("follower_sync where account_id = 'wf-scope'")).isZero();
  }
}
