package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.active;
import static io.hongyan.gateway.inbox.People.messages;
import static io.hongyan.gateway.inbox.People.newUid;
import static io.hongyan.gateway.inbox.People.publish;
import static io.hongyan.gateway.inbox.People.read;
import static io.hongyan.gateway.inbox.People.unread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A person is forgotten by the name that the company's own app has for them. */
class InboxErasureIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @BeforeAll
  static void createAccount() {
    GATEWAY.createAccount("inbox-erase");
    GATEWAY.createAccount("inbox-erase-all");
  }

  @Test
  void nothingOfThePersonIsLeftAndOthersKeepTheirs() {
    String person = newUid();
    String other = newUid();
    putSegment("inbox-erase-all", "club", person + "\n" + other + "\n");
    publish(GATEWAY, "inbox-erase-all", "For all");
    publish(GATEWAY, "inbox-erase-all", "For some", "{\"segment\":\"club\"}", "");
    Database.execute(
        "insert into inbox_message (uid, id, account_id, title, body, at, batch_id, seq) values ('%s', %d, 'inbox-erase-all', 't', 'b', now(), 1, 1)"
            .formatted(person, InboxId.create().value()));
    assertThat(unread(GATEWAY, person, "inbox-erase-all")).isEqualTo(3);
    assertThat(unread(GATEWAY, other, "inbox-erase-all")).isEqualTo(2);
    read(GATEWAY, person, "inbox-erase-all", null);
    assertThat(active(GATEWAY, person)).isIn("synced", "recent", "running");
    await().until(() -> active(GATEWAY, person).equals("recent"));
    await().until(() -> active(GATEWAY, other).equals("recent"));

    Answer erased = erase(person);

    assertThat(erased.status()).as(erased.text()).isEqualTo(200);
    // Announcements for all of other accounts count, too.
    assertThat(erased.json().get("announcements").intValue()).isGreaterThanOrEqualTo(2);
    assertThat(erased.json().get("messages").intValue()).isEqualTo(1);
    assertThat(erased.json().get("segments").intValue()).isEqualTo(1);
    for (String table :
        new String[] {"inbox_user", "inbox_copy", "inbox_message", "inbox_segment_member"}) {
      assertThat(Database.count("%s where uid = '%s'".formatted(table, person))).isZero();
    }
    assertThat(Database.count("inbox_copy where uid = '%s'".formatted(other)))
        .isGreaterThanOrEqualTo(2);
    assertThat(Database.value("select members from inbox_segment where id = 'club'"))
        .isEqualTo("1");
    assertThat(
            Database.count(
                "audit_log where action = 'inbox.erase' and subject not like '%%%s%%'"
                    .formatted(person)))
        .isPositive();
    assertThat(messages(GATEWAY, person, "inbox-erase-all").findValuesAsString("title"))
        .as("a newcomer, in no segment")
        .containsExactly("For all");
    assertThat(erase(person).status()).as("again").isEqualTo(200);
  }

  @Test
  void whatWasFoundBeforeIsNotWrittenAfter() {
    String person = newUid();
    publish(GATEWAY, "inbox-erase", "For all");
    Increments found = GATEWAY.bean(IncrementFinder.class).find(person);
    assertThat(found.announcements()).isNotEmpty();

    assertThat(erase(person).status()).isEqualTo(200);
    assertThat(GATEWAY.bean(CopyWriter.class).write(List.of(found)))
        .as("nobody counts as synced by it")
        .failsWithin(Duration.ofSeconds(30));

    assertThat(Database.count("inbox_user where uid = '%s'".formatted(person))).isZero();
    assertThat(Database.count("inbox_copy where uid = '%s'".formatted(person))).isZero();
  }

  @Test
  void whoComesAgainIsServedAgain() {
    String person = newUid();
    publish(GATEWAY, "inbox-erase", "For all");
    erase(person);

    assertThat(unread(GATEWAY, person, "inbox-erase")).isPositive();
    // What is found in the second of the erasure is written when it is found again.
    await()
        .untilAsserted(
            () -> {
              unread(GATEWAY, person, "inbox-erase");
              assertThat(Database.count("inbox_user where uid = '%s'".formatted(person)))
                  .isEqualTo(1);
            });
  }

  @Test
  void messagesOfBatchesFromBeforeComeNoMore() {
    String erased = newUid();
    String other = newUid();
    BatchId batch = Database.batch("inbox-erase", "releasing", 2);
    Database.execute(
        "update batch set fallback = 'inbox' where id = %1$d; update recipient set uid = case seq when 1 then '%2$s' else '%3$s' end where batch_id = %1$d"
            .formatted(batch.value(), erased, other));

    erase(erased);
    Database.fail(batch, 1, "recipient", 43004);
    Database.fail(batch, 2, "recipient", 43004);

    await().until(() -> Database.count("inbox_message where uid = '%s'".formatted(other)) == 1);
    assertThat(Database.count("inbox_fallback where batch_id = " + batch.value())).isZero();
    assertThat(Database.count("inbox_message where uid = '%s'".formatted(erased))).isZero();
  }

  @Test
  void uploadsAndErasuresWaitForEachOtherInOneDirection() throws Exception {
    List<String> people = IntStream.range(0, 40).mapToObj(i -> newUid()).toList();
    String members = String.join("\n", people) + "\n";
    putSegment("inbox-erase", "crowd", members);
    putSegment("inbox-erase", "crowd-2", members);
    publish(GATEWAY, "inbox-erase", "For the crowd", "{\"segment\":\"crowd\"}", "");
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> uploads =
          Stream.of("crowd", "crowd-2")
              .<Future<?>>map(
                  segment ->
                      threads.submit(
                          () -> {
                            while (!over.get()) {
                              putSegment("inbox-erase", segment, members);
                            }
                          }))
              .toList();
      List<Future<Integer>> erasures =
          people.stream().map(uid -> threads.submit(() -> erase(uid).status())).toList();
      try {
        for (Future<Integer> erasure : erasures) {
          assertThat(erasure.get()).isEqualTo(200);
        }
      } finally {
        over.set(true);
      }
      for (Future<?> upload : uploads) {
        upload.get();
      }
    }
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

  private static void putSegment(String account, String id, String uids) {
    Answer stored =
        GATEWAY.send(
            HttpRequest.newBuilder(
                    GATEWAY.uri("/v1/inbox/segments/%s?account=%s".formatted(id, account)))
                .header("Authorization", "Bearer test-admin-key")
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString(uids)));
    assertThat(stored.status()).as(stored.text()).isLessThan(300);
  }
}
