package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.active;
import static io.hongyan.gateway.inbox.People.messages;
import static io.hongyan.gateway.inbox.People.newUid;
import static io.hongyan.gateway.inbox.People.publish;
import static io.hongyan.gateway.inbox.People.read;
import static io.hongyan.gateway.inbox.People.unread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A person is forgotten by the name that the company's own app has for them. */
class InboxErasureIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @BeforeAll
  static void createAccount() {
    GATEWAY.createAccount("inbox-erase");
  }

  @Test
  void nothingOfThePersonIsLeftAndOthersKeepTheirs() {
    String person = newUid();
    String other = newUid();
    putSegment(person + "\n" + other + "\n");
    publish(GATEWAY, "inbox-erase", "For all");
    publish(GATEWAY, "inbox-erase", "For some", "{\"segment\":\"club\"}", "");
    Database.execute(
        "insert into inbox_message (uid, id, account_id, title, body, at, batch_id, seq) values ('%s', %d, 'inbox-erase', 't', 'b', now(), 1, 1)"
            .formatted(person, InboxId.create().value()));
    assertThat(unread(GATEWAY, person, "inbox-erase")).isEqualTo(3);
    assertThat(unread(GATEWAY, other, "inbox-erase")).isEqualTo(2);
    read(GATEWAY, person, "inbox-erase", null);
    assertThat(active(GATEWAY, person)).isIn("synced", "recent", "running");
    await().until(() -> active(GATEWAY, person).equals("recent"));
    await().until(() -> active(GATEWAY, other).equals("recent"));

    Answer erased = erase(person);

    assertThat(erased.status()).as(erased.text()).isEqualTo(200);
    assertThat(erased.json().toString())
        .isEqualTo("{\"announcements\":2,\"messages\":1,\"segments\":1}");
    for (String table :
        new String[] {"inbox_user", "inbox_copy", "inbox_message", "inbox_segment_member"}) {
      assertThat(Database.count("%s where uid = '%s'".formatted(table, person))).isZero();
    }
    assertThat(Database.count("inbox_copy where uid = '%s'".formatted(other))).isEqualTo(2);
    assertThat(Database.value("select members from inbox_segment where id = 'club'"))
        .isEqualTo("1");
    assertThat(
            Database.count(
                "audit_log where action = 'inbox.erase' and subject not like '%%%s%%'"
                    .formatted(person)))
        .isPositive();
    assertThat(messages(GATEWAY, person, "inbox-erase").findValuesAsString("title"))
        .as("a newcomer, in no segment")
        .containsExactly("For all");
    assertThat(erase(person).status()).as("again").isEqualTo(200);
  }

  @Test
  void onlyAdminsOfAllAccountsErase() {
    String path = "/v1/inbox/users/u-1";
    String reader = GATEWAY.createKey("[\"read\",\"send\"]", "[\"*\"]");
    String ofOne = GATEWAY.createKey("[\"admin\"]", "[\"inbox-erase\"]");

    assertThat(GATEWAY.call(reader, "DELETE", path, null).problem()).isEqualTo("missing-scope");
    assertThat(GATEWAY.call(ofOne, "DELETE", path, null).problem()).isEqualTo("missing-accounts");
  }

  private static Answer erase(String uid) {
    return GATEWAY.admin("DELETE", "/v1/inbox/users/" + uid, null);
  }

  private static void putSegment(String uids) {
    Answer stored =
        GATEWAY.send(
            HttpRequest.newBuilder(GATEWAY.uri("/v1/inbox/segments/club?account=inbox-erase"))
                .header("Authorization", "Bearer test-admin-key")
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString(uids)));
    assertThat(stored.status()).as(stored.text()).isLessThan(300);
  }
}
