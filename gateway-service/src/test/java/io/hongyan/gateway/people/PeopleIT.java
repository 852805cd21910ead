package io.hongyan.gateway.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.test.TestServers;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Erasing a person, against a real database. Each test has an account of its own. */
class PeopleIT {

  private final RunningGateway gateway = RunningGateway.shared();

  @BeforeAll
  static void accounts() {
    for (String account :
        new String[] {
          "p-all", "p-other", "p-late", "p-answer", "p-scope", "p-refused", "p-retry", "p-follower"
        }) {
      RunningGateway.shared().createAccount(account);
      RunningGateway.shared().admin("POST", "/v1/accounts/" + account + "/pause", null);
    }
  }

  @Test
  void overwritesEveryTraceAndEndsWhatWasNotSent() {
    BatchId sent = Database.batch("p-all", "done", 2);
    Database.succeed(sent, 1);
    BatchId failed = Database.batch("p-all", "done", 2);
    Database.fail(failed, 1, "recipient", 43004);
    BatchId open = Database.batch("p-all", "releasing", 2);
    BatchId refusedBefore = Database.batch("p-all", "releasing", 2);
    Database.start(refusedBefore, 1, 0);
    Database.execute(
        "insert into rejection values (%d, 9, 'o1', 'duplicate', 'o1 was there')"
            .formatted(sent.value()));
    Database.execute(
        """
        insert into dead_letter (reason, routing_key, body) values
          ('x', 'p-all', '{"openid":"o1"}'), ('x', 'p-all', '{"openid":"o12"}'), ('x', 'p-other', '{"openid":"o1"}')
        """);

    Database.value("select hongyan_create_day(now())::text");
    Database.execute(
        """
        insert into callback_log (received_at, id, account_id, openid, type, created_at, body, handler, result, took_ms, gateway)
        select now(), n, 'p-all', 'o' || n, 'text', now(), 'o' || n, 'none', 'nothing', 1, 'g' from generate_series(1, 2) n;
        insert into delivery_receipt (received_at, id, account_id, openid, msgid, status, finished_at, match)
        select now(), n, 'p-all', 'o' || n, 0, 'success', now(), 'none' from generate_series(1, 2) n
        """);

    Database.execute(
        "insert into erased_person values ('p-all', sha256('o1'), now() - interval '8 days'), ('p-all', sha256('oLong ago'), now() - interval '8 days')");

    Answer erased = gateway.admin("DELETE", "/v1/people?account=p-all&openid=o1", null);

    assertThat(erased.status()).as(erased.text()).isEqualTo(200);
    assertThat(erased.json().toString())
        .isEqualTo(
            "{\"messages\":4,\"cancelled\":2,\"inFlight\":0,\"rejections\":1,\"answers\":0,\"deadLetters\":1,\"callbacks\":1,\"receipts\":1,\"followers\":0,\"personDays\":0,\"testers\":0}");
    for (BatchId batch : new BatchId[] {sent, failed, open, refusedBefore}) {
      assertThat(
              Database.count(
                  "recipient where openid = 'erased' and ref is null and url is null and data = '{}' and seq = 1 and batch_id = "
                      + batch.value()))
          .isEqualTo(1);
      assertThat(Database.count("recipient where openid = 'o2' and batch_id = " + batch.value()))
          .isEqualTo(1);
    }
    assertThat(
            Database.value(
                "select openid || coalesce(ref, '') from send_success where batch_id = "
                    + sent.value()))
        .isEqualTo("erased");
    assertThat(
            Database.count(
                "send_failed where openid = 'erased' and ref is null and data is null and class = 'cancelled' and batch_id in (%d, %d)"
                    .formatted(open.value(), refusedBefore.value())))
        .isEqualTo(2);
    assertThat(
            Database.value(
                "select failed_cancelled from batch_progress where batch_id = " + open.value()))
        .isEqualTo("1");
    assertThat(
            Database.count(
                "rejection where batch_id = %d and detail = 'erased'".formatted(sent.value())))
        .isEqualTo(1);
    assertThat(Database.count("dead_letter where body = ''")).isEqualTo(1);
    assertThat(Database.rows("select openid from callback_log where account_id = 'p-all'"))
        .containsExactly(List.of("o2"));
    assertThat(
            Database.rows(
                "select openid from delivery_receipt where account_id = 'p-all' order by id"))
        .containsExactly(List.of("erased"), List.of("o2"));
    assertThat(
            Database.rows(
                "select openid_hash = sha256('o1') from erased_person where account_id = 'p-all' and erased_at > now() - interval '1 minute'"))
        .as("for what is on its way")
        .containsExactly(List.of("true"));
    assertThat(Database.count("erased_person where account_id = 'p-all'")).isEqualTo(1);
    assertThat(
            Database.count(
                "audit_log where action = 'person.erase' and subject like 'person/p-all/%' and detail::text not like '%o1%'"))
        .isEqualTo(1);
  }

  @Test
  void anotherAccountsMessagesStayAndTwiceIsHarmless() {
    BatchId mine = Database.batch("p-other", "releasing", 1);

    gateway.admin("DELETE", "/v1/people?account=p-scope&openid=o1", null);
    Answer first = gateway.admin("DELETE", "/v1/people?account=p-other&openid=o1", null);
    Answer again = gateway.admin("DELETE", "/v1/people?account=p-other&openid=o1", null);

    assertThat(first.json().get("cancelled").intValue()).isEqualTo(1);
    assertThat(again.json().get("messages").intValue()).isZero();
    assertThat(
            Database.value(
                "select failed_cancelled from batch_progress where batch_id = " + mine.value()))
        .isEqualTo("1");
  }

  @Test
  void whatIsAtWeChatKeepsItsOutcomeAndIsOverwrittenOnceRecorded() {
    BatchId batch = Database.batch("p-late", "releasing", 1);
    Database.start(batch, 1, 1);

    Answer erased = gateway.admin("DELETE", "/v1/people?account=p-late&openid=o1", null);
    Database.execute(
        "insert into send_success values (%d, 1, 'p-late', 'order-paid', 'o1', 'ref-1', 1, 5, now(), 3, 'w')"
            .formatted(batch.value()));
    gateway.bean(ErasureSweep.class).sweep();

    assertThat(erased.json().get("inFlight").intValue()).isEqualTo(1);
    assertThat(erased.json().get("cancelled").intValue()).isZero();
    assertThat(
            Database.value(
                "select openid || coalesce(ref, '') from send_success where batch_id = "
                    + batch.value()))
        .isEqualTo("erased");
  }

  @Test
  void aMessageThatWeChatRefusesAfterTheErasureIsEndedBeforeItsCopyIsSent() {
    BatchId batch = Database.batch("p-refused", "released", 1);
    Database.start(batch, 1, 1);
    Answer erased = gateway.admin("DELETE", "/v1/people?account=p-refused&openid=o1", null);
    boolean openWhileAtWeChat =
        Database.count("send_failed where batch_id = " + batch.value()) == 0;

    // The sender notes a busy WeChat: it takes the start off and puts the message into a retry
    // queue.
    Database.execute("update send_started set open = 0 where batch_id = " + batch.value());

    assertThat(erased.json().get("inFlight").intValue()).isEqualTo(1);
    assertThat(openWhileAtWeChat).isTrue();
    await()
        .atMost(Duration.ofSeconds(4))
        .untilAsserted(
            () ->
                assertThat(
                        Database.rows(
                            "select class, openid, failed_cancelled from send_failed join batch_progress using (batch_id) where batch_id = "
                                + batch.value()))
                    .containsExactly(List.of("cancelled", "erased", "1")));
  }

  @Test
  void theSweepEndsWhatItsGatewayCouldNotWatch() {
    BatchId batch = Database.batch("p-refused", "released", 4);
    Database.start(batch, 1, 0);
    Database.start(batch, 2, 1);
    Database.start(batch, 3, 1);
    Database.execute(
        "update send_started set since = now() - interval '11 minutes' where seq = 3 and batch_id = %d; update recipient set openid = 'erased' where seq <= 3 and batch_id = %d"
            .formatted(batch.value(), batch.value()));

    gateway.bean(ErasureSweep.class).sweep();
    gateway.bean(ErasureSweep.class).sweep();

    assertThat(
            Database.rows(
                "select seq, class from send_failed where batch_id = %d order by seq"
                    .formatted(batch.value())))
        .containsExactly(List.of("1", "cancelled"), List.of("3", "uncertain"));
    assertThat(
            Database.row(
                "select failed_cancelled, failed_uncertain from batch_progress where batch_id = "
                    + batch.value()))
        .containsExactly("1", "1");
  }

  @Test
  void whatWeChatSaidOfAnAttemptMayQuoteThePersonAndIsOverwrittenToo() {
    BatchId batch = Database.batch("p-refused", "released", 2);
    Database.start(batch, 1, 1);
    attempt(batch, 1, 1);
    attempt(batch, 2, 2);

    gateway.admin("DELETE", "/v1/people?account=p-refused&openid=o1", null);
    String early = errmsgs(batch);
    attempt(batch, 1, 3);
    gateway.bean(ErasureSweep.class).sweep();

    assertThat(early).isEqualTo("1 erased,2 invalid value v of o2");
    assertThat(errmsgs(batch)).isEqualTo("1 erased,1 erased,2 invalid value v of o2");
  }

  @Test
  void aRetryThatIsBeingStoredDoesNotBringThePersonBack() throws Exception {
    BatchId failed = Database.batch("p-retry", "done", 2);
    Database.fail(failed, 1, "recipient", 43004);
    Database.fail(failed, 2, "recipient", 43004);
    try (Connection blocker = TestServers.get().connect();
        Statement statement = blocker.createStatement();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      // Given a retry that has copied the person and is not yet committed: it waits for its audit
      // row
      blocker.setAutoCommit(false);
      statement.execute("lock table audit_log in exclusive mode");
      Future<Answer> retry =
          threads.submit(() -> gateway.admin("POST", "/v1/batches/" + failed + "/retry", "{}"));
      await().until(() -> waitingForLocks() == 1);

      // When the person is erased meanwhile
      Future<Answer> erasure =
          threads.submit(
              () -> gateway.admin("DELETE", "/v1/people?account=p-retry&openid=o1", null));
      await().until(() -> waitingForLocks() == 2);
      blocker.commit();

      // Then the erasure reaches the copy too
      assertThat(retry.get().status()).isEqualTo(202);
      assertThat(erasure.get().json().get("messages").intValue()).isEqualTo(2);
    }
    assertThat(
            Database.rows(
                "select r.openid, count(*) from recipient r join batch b on b.id = r.batch_id where b.account_id = 'p-retry' group by 1 order by 1"))
        .containsExactly(List.of("erased", "2"), List.of("o2", "2"));
  }

  private static int waitingForLocks() {
    return Database.count(
        "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
  }

  @Test
  void aStoredAnswerStaysJsonWithoutThePerson() {
    String body =
        "{\"account\":\"p-answer\",\"template\":\"order-paid\",\"recipients\":["
            + "{\"openid\":\"oKeep\",\"data\":{\"thing1\":\"a\",\"amount2\":\"1\"}},"
            + "{\"openid\":\"oGone\",\"data\":{\"thing1\":\"a\"}}]}";
    Answer first = submit(body);

    Answer erased = gateway.admin("DELETE", "/v1/people?account=p-answer&openid=oGone", null);
    Answer replayed = submit(body);

    assertThat(first.status()).as(first.text()).isEqualTo(202);
    assertThat(first.text()).contains("oGone");
    assertThat(erased.json().get("answers").intValue()).isEqualTo(1);
    assertThat(erased.json().get("rejections").intValue()).isEqualTo(1);
    assertThat(replayed.status()).isEqualTo(202);
    assertThat(replayed.text()).doesNotContain("oGone");
    assertThat(replayed.json().at("/rejections/0/openid").stringValue()).isEqualTo("erased");
    assertThat(replayed.json().get("batchId")).isEqualTo(first.json().get("batchId"));
  }

  @Test
  void onlyAdminsEraseAndOnlyTheirAccounts() {
    String reader = gateway.createKey("[\"read\",\"send\"]", "[\"*\"]");
    String foreign = gateway.createKey("[\"admin\"]", "[\"p-other\"]");
    String path = "/v1/people?account=p-scope&openid=o1";

    assertThat(gateway.call(reader, "DELETE", path, null).status()).isEqualTo(403);
    assertThat(gateway.call(foreign, "DELETE", path, null).status()).isEqualTo(404);
    assertThat(gateway.admin("DELETE", "/v1/people?account=p-scope&openid=erased", null).status())
        .isEqualTo(422);
    assertThat(gateway.admin("DELETE", "/v1/people?account=p-scope", null).status()).isEqualTo(400);
  }

  @Test
  void forgetsAFollowerTheirTagsTheirDaysAndTheTesterTheyAre() {
    Database.execute(
        """
        insert into follower (account_id, openid, subscribed, seen_in) values
          ('p-follower', 'o1', true, 1), ('p-follower', 'o2', true, 1), ('p-other', 'o1', true, 1);
        insert into tag (account_id, id, name, followers) values ('p-follower', 7, 'vip', 2);
        insert into follower_tag (account_id, tag_id, openid, seen_in) values
          ('p-follower', 7, 'o1', 1), ('p-follower', 7, 'o2', 1);
        insert into person_day (account_id, day, openid, batch_id, seq) values
          ('p-follower', '2026-11-22', 'o1', 5, 1), ('p-follower', '2026-11-22', 'o2', 5, 2)
        """);
    gateway.admin(
        "PUT",
        "/v1/accounts/p-follower",
        "{\"appId\":\"wx-p-follower\",\"testers\":{\"li-lei\":\"o1\",\"han-mei\":\"o2\",\"lei\":\"o1\"}}");

    Answer erased = gateway.admin("DELETE", "/v1/people?account=p-follower&openid=o1", null);
    Answer again = gateway.admin("DELETE", "/v1/people?account=p-follower&openid=o1", null);

    assertThat(erased.text()).endsWith("\"followers\":1,\"personDays\":1,\"testers\":1}");
    assertThat(again.text()).endsWith("\"followers\":0,\"personDays\":0,\"testers\":0}");
    assertThat(
            Database.value(
                "select string_agg(account_id || ' ' || openid, ',' order by account_id) from follower where account_id in ('p-follower', 'p-other')"))
        .isEqualTo("p-follower o2,p-other o1");
    assertThat(
            Database.value(
                "select string_agg(openid, ',') from follower_tag where account_id = 'p-follower'"))
        .isEqualTo("o2");
    assertThat(
            Database.value(
                "select string_agg(openid, ',') from person_day where account_id = 'p-follower'"))
        .isEqualTo("o2");
    assertThat(Database.value("select testers::text from account where id = 'p-follower'"))
        .isEqualTo("{\"han-mei\": \"o2\"}");
    assertThat(
            gateway.bean(AccountRegistry.class).findAccount("p-follower").orElseThrow().testers())
        .as("heard of at once")
        .containsOnlyKeys("han-mei");
  }

  private static void attempt(BatchId batch, int seq, int start) {
    Database.execute(
        "insert into send_attempt (batch_id, seq, attempt, at, errcode, errmsg, took_ms, worker, start_id) values (%1$d, %2$d, 1, now(), -1, 'invalid value v of o%2$d', 3, 'w', %3$d)"
            .formatted(batch.value(), seq, start));
  }

  private static String errmsgs(BatchId batch) {
    return Database.value(
        "select string_agg(seq || ' ' || errmsg, ',' order by seq) from send_attempt where batch_id = "
            + batch.value());
  }

  private Answer submit(String body) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri("/v1/batches"))
            .header("Authorization", "Bearer test-admin-key")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "p-answer-1")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }
}
