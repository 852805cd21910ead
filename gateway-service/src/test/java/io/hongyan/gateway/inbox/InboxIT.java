package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.messages;
import static io.hongyan.gateway.inbox.People.newUid;
import static io.hongyan.gateway.inbox.People.publish;
import static io.hongyan.gateway.inbox.People.unread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What people see of announcements: each test with an account and people of its own. */
class InboxIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String ALL = "{\"all\":true}";

  private String account = "";
  private final String person = newUid();

  @BeforeEach
  void createAccount(TestInfo test) {
    account = "inbox-" + Integer.toHexString(test.getDisplayName().hashCode());
    GATEWAY.createAccount(account);
  }

  @Test
  void aNewcomerSeesWhatIsVisibleForAll() {
    publish(GATEWAY, account, "First");
    publish(GATEWAY, account, "Second");
    publish(GATEWAY, account, "Tomorrow", ALL, ",\"visibleFrom\":\"2099-01-01T00:00:00Z\"");

    JsonNode conversation = conversation(person);

    assertThat(conversation.get("unread").intValue()).isEqualTo(2);
    assertThat(conversation.get("messages").intValue()).isEqualTo(2);
    assertThat(conversation.get("last").get("title").stringValue()).isEqualTo("Second");
    assertThat(titles(person)).containsExactly("Second", "First");
    assertThat(unread(GATEWAY, person, account)).isEqualTo(2);
  }

  @Test
  void whatIsReadIsReadUpToTheMessageThatWasSeen() {
    String first = publish(GATEWAY, account, "First");
    publish(GATEWAY, account, "Second");

    Answer read = People.read(GATEWAY, person, account, first);

    assertThat(read.json().get("read").intValue()).isEqualTo(1);
    assertThat(read.json().get("unread").intValue()).isEqualTo(1);
    assertThat(messages(GATEWAY, person, account).get(1).get("readAt").isString()).isTrue();
    assertThat(messages(GATEWAY, person, account).get(0).get("readAt").isNull()).isTrue();

    Answer all = People.read(GATEWAY, person, account, null);
    Answer again = People.read(GATEWAY, person, account, null);

    assertThat(all.json().get("read").intValue()).isEqualTo(1);
    assertThat(again.json().get("read").intValue()).isZero();
    assertThat(unread(GATEWAY, person, account)).isZero();
  }

  @Test
  void withdrawingAndEditingReachThoseWhoHaveGotIt() {
    String edited = publish(GATEWAY, account, "Typo");
    String withdrawn = publish(GATEWAY, account, "Mistake");
    assertThat(unread(GATEWAY, person, account)).isEqualTo(2);
    awaitCopies(person, 2);

    GATEWAY.admin(
        "PUT", "/v1/inbox/announcements/" + edited, "{\"title\":\"Right\",\"body\":\"The text.\"}");
    GATEWAY.admin("POST", "/v1/inbox/announcements/%s/withdraw".formatted(withdrawn), null);

    assertThat(titles(person)).containsExactly("Right");
    assertThat(unread(GATEWAY, person, account)).isEqualTo(1);
    String newcomer = newUid();
    assertThat(titles(newcomer)).containsExactly("Right");
    // The person may have it on the screen still.
    assertThat(People.read(GATEWAY, person, account, withdrawn).status()).isEqualTo(200);
    assertThat(unread(GATEWAY, person, account)).isZero();
  }

  @Test
  void whatBecomesVisibleLaterIsSeenByThoseWhoWereThereBefore() {
    String id =
        People.id(
            publish(GATEWAY, account, "Soon", ALL, ",\"visibleFrom\":\"2099-01-01T00:00:00Z\""));
    assertThat(titles(person)).isEmpty();
    awaitCopies(person, 1);

    GATEWAY.admin(
        "PUT",
        "/v1/inbox/announcements/" + id,
        "{\"title\":\"Now\",\"body\":\"b\",\"visibleFrom\":\"2020-01-01T00:00:00Z\"}");

    assertThat(titles(person)).containsExactly("Now");
    assertThat(unread(GATEWAY, person, account)).isEqualTo(1);
  }

  @Test
  void whatHasEndedIsNeitherListedNorCountedNorCopied() {
    publish(GATEWAY, account, "Over");
    assertThat(titles(person)).containsExactly("Over");
    Database.execute(
        "update inbox_announcement set visible_from = now() - interval '2 days', visible_until = now() - interval '1 day' where account_id = '%s'"
            .formatted(account));
    String next = publish(GATEWAY, account, "Next");

    assertThat(titles(person)).containsExactly("Next");
    assertThat(unread(GATEWAY, person, account)).isEqualTo(1);
    String newcomer = newUid();
    assertThat(titles(newcomer)).containsExactly("Next");
    awaitCopies(newcomer, 1);
    assertThat(
            Database.value(
                "select c.id from inbox_copy c join inbox_announcement a on a.id = c.id where c.uid = '%s' and a.account_id = '%s'"
                    .formatted(newcomer, account)))
        .isEqualTo(Long.toString(InboxId.parse(next).orElseThrow().value()));
  }

  @Test
  void messagesAndConversationsArePaged() {
    for (int i = 1; i <= 5; i++) {
      publish(GATEWAY, account, "No " + i);
    }
    List<String> titles = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page =
          GATEWAY
              .admin(
                  "GET",
                  "/v1/inbox/users/%s/conversations/%s/messages?limit=2%s"
                      .formatted(person, account, cursor),
                  null)
              .json();
      page.get("items").forEach(item -> titles.add(item.get("title").stringValue()));
      cursor = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").stringValue();
    } while (!cursor.isEmpty());
    assertThat(titles).containsExactly("No 5", "No 4", "No 3", "No 2", "No 1");

    GATEWAY.createAccount(account + "-b");
    publish(GATEWAY, account + "-b", "Later");
    JsonNode first =
        GATEWAY
            .admin("GET", "/v1/inbox/users/%s/conversations?limit=1".formatted(person), null)
            .json();
    JsonNode second =
        GATEWAY
            .admin(
                "GET",
                "/v1/inbox/users/%s/conversations?limit=1&cursor=%s"
                    .formatted(person, first.get("next").stringValue()),
                null)
            .json();
    assertThat(first.get("items").get(0).get("account").stringValue()).isEqualTo(account + "-b");
    assertThat(second.get("items").get(0).get("account").stringValue()).isEqualTo(account);
  }

  @Test
  void aKeySeesTheConversationsOfItsAccounts() {
    GATEWAY.createAccount(account + "-b");
    publish(GATEWAY, account, "Yours");
    publish(GATEWAY, account + "-b", "Not yours");
    String key = GATEWAY.createKey("[\"read\"]", "[\"%s\"]".formatted(account));
    String base = "/v1/inbox/users/" + person;

    Answer conversations = GATEWAY.call(key, "GET", base + "/conversations", null);
    Answer unread = GATEWAY.call(key, "GET", base + "/unread", null);
    Answer other =
        GATEWAY.call(key, "GET", base + "/conversations/%s-b/messages".formatted(account), null);
    Answer mark =
        GATEWAY.call(key, "POST", base + "/conversations/%s/read".formatted(account), "{}");
    Answer active = GATEWAY.call(key, "POST", base + "/active", null);

    assertThat(conversations.json().get("items").size()).isEqualTo(1);
    assertThat(unread.json().get("total").intValue()).isEqualTo(1);
    assertThat(other.status()).isEqualTo(404);
    assertThat(mark.status()).isEqualTo(403);
    assertThat(active.status()).isEqualTo(403);
  }

  @Test
  void anActivePersonIsLeftAloneWithinTheInterval() {
    publish(GATEWAY, account, "First");

    assertThat(People.active(GATEWAY, person)).isEqualTo("synced");
    awaitCopies(person, 1);
    await().until(() -> People.active(GATEWAY, person), "recent"::equals);
    publish(GATEWAY, account, "Second");
    assertThat(People.active(GATEWAY, person)).isEqualTo("recent");

    assertThat(
            Database.count(
                "inbox_copy c join inbox_announcement a on a.id = c.id where uid = '%s' and account_id = '%s'"
                    .formatted(person, account)))
        .isEqualTo(1);
    assertThat(titles(person)).as("an open ignores the interval").contains("Second");
    awaitCopies(person, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v1/inbox/users/b%20d/unread,422,invalid-value",
    "GET,/v1/inbox/users/u/conversations?cursor=x,400,bad-request",
    "GET,/v1/inbox/users/u/conversations?limit=0,422,invalid-value",
    "GET,/v1/inbox/users/u/conversations/none/messages,404,not-found",
    "POST,/v1/inbox/users/u/conversations/none/read,404,not-found"
  })
  void badInputIsRefused(String method, String path, int status, String problem) {
    Answer answer = GATEWAY.admin(method, path, null);

    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.problem()).isEqualTo(problem);
  }

  @Test
  void readingUpToWhatThePersonNeverGotIsRefused() {
    String other = publish(GATEWAY, account, "There");
    GATEWAY.createAccount(account + "-b");

    assertThat(People.read(GATEWAY, person, account + "-b", other).status()).isEqualTo(422);
    assertThat(People.read(GATEWAY, person, account, "nonsense").status()).isEqualTo(422);
    assertThat(unread(GATEWAY, person, account)).isEqualTo(1);
  }

  private JsonNode conversation(String uid) {
    for (JsonNode item : People.conversations(GATEWAY, uid)) {
      if (item.get("account").stringValue().equals(account)) {
        return item;
      }
    }
    throw new AssertionError("no conversation with " + account);
  }

  private List<String> titles(String uid) {
    List<String> titles = new ArrayList<>();
    messages(GATEWAY, uid, account).forEach(item -> titles.add(item.get("title").stringValue()));
    return titles;
  }

  /** Until so many copies of the account's announcements are written. */
  private void awaitCopies(String uid, int copies) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                Database.count(
                    "inbox_copy c join inbox_announcement a on a.id = c.id where c.uid = '%s' and a.account_id = '%s'"
                        .formatted(uid, account)),
            count -> count == copies);
  }
}
