package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Looking at batches and messages and changing their state. The account is paused, so that no
 * releaser moves what the test has set up.
 */
class BatchesIT {

  private static final String ACCOUNT = "b-mall";

  private final RunningGateway gateway = RunningGateway.shared();

  @BeforeAll
  static void account() {
    RunningGateway.shared().createAccount(ACCOUNT);
    RunningGateway.shared().createAccount("b-other");
    RunningGateway.shared().admin("POST", "/v1/accounts/b-mall/pause", null);
    RunningGateway.shared().admin("POST", "/v1/accounts/b-other/pause", null);
  }

  @Test
  void showsABatchWithItsCounts() {
    BatchId batch = Database.batch(ACCOUNT, "done", 3);
    Database.succeed(batch, 1);
    Database.fail(batch, 2, "recipient", 43004);
    Database.fail(batch, 3, "uncertain", -1);

    Answer shown = gateway.admin("GET", "/v1/batches/" + batch, null);

    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.json().get("batchId").stringValue()).isEqualTo(batch.toString());
    assertThat(shown.json().get("succeeded").intValue()).isEqualTo(1);
    assertThat(shown.json().get("failed").intValue()).isEqualTo(2);
    assertThat(shown.json().at("/failuresByClass/recipient").intValue()).isEqualTo(1);
    assertThat(shown.json().at("/failuresByClass/expired").intValue()).isZero();
    assertThat(shown.json().get("finishedAt").isNull()).isTrue();
  }

  @Test
  void listsNewestFirstInPages() {
    gateway.createAccount("b-list");
    String key = gateway.createKey("[\"read\"]", "[\"b-list\"]");
    BatchId first = Database.batch("b-list", "done", 1);
    BatchId second = Database.batch("b-list", "cancelled", 1);
    Database.batch("b-other", "done", 1);

    Answer newest = gateway.call(key, "GET", "/v1/batches?limit=1", null);
    Answer oldest =
        gateway.call(
            key, "GET", "/v1/batches?cursor=" + newest.json().get("next").stringValue(), null);
    Answer cancelled = gateway.admin("GET", "/v1/batches?account=b-list&state=cancelled", null);

    assertThat(newest.json().at("/items/0/batchId").stringValue()).isEqualTo(second.toString());
    assertThat(oldest.json().get("items").size()).isEqualTo(1);
    assertThat(oldest.json().at("/items/0/batchId").stringValue()).isEqualTo(first.toString());
    assertThat(oldest.json().get("next").isNull()).isTrue();
    assertThat(cancelled.json().get("items").size()).isEqualTo(1);
    assertThat(gateway.admin("GET", "/v1/batches?state=nearly", null).status()).isEqualTo(400);
    assertThat(gateway.admin("GET", "/v1/batches?acount=b-list", null).status()).isEqualTo(400);
    assertThat(gateway.admin("GET", "/v1/batches?cursor=x", null).status()).isEqualTo(400);
    assertThat(gateway.admin("GET", "/v1/batches?limit=1001", null).status()).isEqualTo(422);
  }

  @Test
  void anotherAccountsKeySeesNothing() {
    BatchId batch = Database.batch(ACCOUNT, "paused", 1);
    String foreign = gateway.createKey("[\"read\",\"send\"]", "[\"b-other\"]");
    String path = "/v1/batches/" + batch;

    assertThat(gateway.call(foreign, "GET", path, null).status()).isEqualTo(404);
    assertThat(gateway.call(foreign, "GET", path + "/failures", null).status()).isEqualTo(404);
    assertThat(gateway.call(foreign, "GET", path + "/rejections", null).status()).isEqualTo(404);
    assertThat(gateway.call(foreign, "POST", path + "/resume", null).status()).isEqualTo(404);
    assertThat(gateway.call(foreign, "POST", path + "/retry", "{}").status()).isEqualTo(404);
    assertThat(gateway.call(foreign, "GET", "/v1/messages/" + batch + "-1", null).status())
        .isEqualTo(404);
    assertThat(gateway.call(foreign, "GET", "/v1/batches?account=b-mall", null).status())
        .isEqualTo(404);
    assertThat(gateway.call(foreign, "GET", "/v1/batches?account=b-none", null).status())
        .isEqualTo(404);
    assertThat(gateway.call(foreign, "GET", "/v1/messages?account=b-mall&openid=o1", null).status())
        .isEqualTo(404);
    assertThat(gateway.admin("GET", "/v1/batches/nonsense", null).status()).isEqualTo(404);
  }

  @Test
  void readingAndSendingAreDifferentScopes() {
    BatchId batch = Database.batch(ACCOUNT, "paused", 1);
    String reader = gateway.createKey("[\"read\"]", "[\"*\"]");
    String sender = gateway.createKey("[\"send\"]", "[\"*\"]");

    assertThat(gateway.call(reader, "POST", "/v1/batches/" + batch + "/resume", null).status())
        .isEqualTo(403);
    assertThat(gateway.call(sender, "GET", "/v1/batches/" + batch, null).status()).isEqualTo(403);
    assertThat(gateway.call(sender, "POST", "/v1/batches/" + batch + "/resume", null).status())
        .isEqualTo(200);
  }

  @Test
  void pausesAndResumesWhereItWas() {
    BatchId waiting = Database.batch(ACCOUNT, "scheduled", 2);
    BatchId halfway = Database.batch(ACCOUNT, "releasing", 2);
    Database.execute(
        "update batch set releasing_to = 1, released_to = 1 where id = " + halfway.value());
    BatchId released = Database.batch(ACCOUNT, "released", 2);
    Database.execute(
        "update batch set releasing_to = 2, released_to = 2 where id = " + released.value());

    assertThat(stateAfter(waiting, "pause")).isEqualTo("paused");
    assertThat(stateAfter(halfway, "pause")).isEqualTo("paused");
    assertThat(stateAfter(released, "pause")).isEqualTo("paused");
    assertThat(gateway.admin("GET", "/v1/batches/" + waiting, null).text()).contains("paused by");

    assertThat(stateAfter(waiting, "resume")).isEqualTo("scheduled");
    assertThat(stateAfter(halfway, "resume")).isEqualTo("releasing");
    assertThat(stateAfter(released, "resume")).isEqualTo("released");
    assertThat(Database.count("batch where resumed_at is not null and id = " + halfway.value()))
        .isEqualTo(1);
    assertThat(
            gateway
                .admin("GET", "/v1/batches/" + halfway + "/history", null)
                .json()
                .get("items")
                .size())
        .as("accepted, paused and resumed")
        .isEqualTo(3);
  }

  @Test
  void theHistoryTellsEveryChangeInItsOrder() {
    BatchId batch = Database.batch(ACCOUNT, "scheduled", 1);
    String id = batch.toString();
    String sender = gateway.createKey("[\"send\"]", "[\"b-mall\"]");
    gateway.call(sender, "POST", "/v1/batches/" + id + "/pause", null);
    gateway.admin("POST", "/v1/batches/" + id + "/trigger", null);
    Database.execute(
        "update batch set state = 'done', started_at = now(), finished_at = now() where id = "
            + batch.value());
    // As an earlier version wrote it.
    Database.execute(
        "insert into audit_log (at, actor, action, subject, detail) values (now() - interval '1 minute', 'old', 'batch.resume', 'batch/%s', '{\"state\":\"scheduled\"}')"
            .formatted(id));

    Answer history = gateway.admin("GET", "/v1/batches/" + id + "/history", null);

    List<String> told = new ArrayList<>();
    history
        .json()
        .get("items")
        .forEach(
            entry ->
                told.add(
                    "%s %s %s"
                        .formatted(
                            entry.get("action").stringValue(),
                            entry.get("from").stringValue(null),
                            entry.get("to").stringValue(null))));
    assertThat(told)
        .containsExactly(
            "batch.accept null scheduled",
            "batch.resume null scheduled",
            "batch.pause scheduled paused",
            "batch.trigger paused releasing",
            "batch.start null null",
            "batch.finish released done");
    assertThat(history.json().at("/items/2/detail").toString()).isEqualTo("{}");
    assertThat(history.json().at("/items/0/actor").stringValue()).isEqualTo("test");
    assertThat(history.json().at("/items/3/actor").stringValue()).isEqualTo("admin");
    assertThat(history.json().at("/items/5/actor").stringValue()).isEqualTo("system");
    assertThat(Database.count("audit_log where subject = 'batch/%s'".formatted(id)))
        .as("what the row remembers is not written twice")
        .isEqualTo(3);
  }

  @Test
  void aSystemsPauseAndAStartAfterWaitingAreTold() {
    BatchId batch = Database.batch(ACCOUNT, "scheduled", 1);
    Database.execute(
        "update batch set state = 'releasing', started_at = now() + interval '2 hours', send_at = now() + interval '1 hour' where id = "
            + batch.value());

    Answer history = gateway.admin("GET", "/v1/batches/" + batch + "/history", null);

    assertThat(history.json().at("/items/1/action").stringValue()).isEqualTo("batch.start");
    assertThat(history.json().at("/items/1/from").stringValue()).isEqualTo("scheduled");
    assertThat(history.json().at("/items/1/to").stringValue()).isEqualTo("releasing");
  }

  @Test
  void listsWhatTheFiltersLetThrough() {
    gateway.createAccount("b-filter");
    gateway.admin("POST", "/v1/accounts/b-filter/pause", null);
    BatchId paused = Database.batch("b-filter", "paused", 1);
    BatchId done = Database.batch("b-filter", "done", 1);
    BatchId other = Database.batch("b-filter", "releasing", 1);
    Database.execute(
        "update batch set template_id = 'sale', priority = 'urgent', schedule_id = 'weekly' where id = "
            + other.value());
    // Uploaded for hours: the id is older than the acceptance.
    Instant later = Instant.now().plus(6, ChronoUnit.HOURS);
    Database.execute(
        "update batch set created_at = '%s' where id = %d"
            .formatted(later.plus(6, ChronoUnit.HOURS), done.value()));

    assertThat(listed("state=paused,done")).containsExactly(done, paused);
    assertThat(listed("state=paused")).containsExactly(paused);
    assertThat(listed("template=sale")).containsExactly(other);
    assertThat(listed("priority=urgent")).containsExactly(other);
    assertThat(listed("schedule=weekly")).containsExactly(other);
    assertThat(listed("createdFrom=2020-06-01T08:00:00%2B08:00&createdTo=" + later))
        .containsExactly(other, paused);
    assertThat(listed("createdFrom=" + later)).containsExactly(done);
    assertThat(listed("createdTo=2020-06-01T00:00:00Z")).isEmpty();
    assertThat(listed("createdTo=9999-12-30T00:00:00Z")).containsExactly(other, done, paused);
    assertThat(listed("createdTo=2095-01-01T00:00:00Z")).containsExactly(other, done, paused);
    assertThat(listed("createdFrom=2095-01-01T00:00:00Z")).isEmpty();
    assertThat(listed("template=sale&state=paused")).isEmpty();
    for (String wrong :
        List.of(
            "state=paused,nearly",
            "state=",
            "priority=high",
            "createdFrom=yesterday",
            "createdFrom=2026-12-01T09:00:00",
            "createdTo=%2B999999999-01-01T00:00:00Z")) {
      assertThat(gateway.admin("GET", "/v1/batches?" + wrong, null).status())
          .as(wrong)
          .isEqualTo(400);
    }
    assertThat(
            gateway
                .admin(
                    "GET",
                    "/v1/batches?createdFrom=2026-12-02T00:00:00Z&createdTo=2026-12-01T00:00:00Z",
                    null)
                .status())
        .isEqualTo(422);
  }

  private List<BatchId> listed(String filter) {
    Answer page = gateway.admin("GET", "/v1/batches?account=b-filter&" + filter, null);
    assertThat(page.status()).as(page.text()).isEqualTo(200);
    List<BatchId> ids = new ArrayList<>();
    page.json()
        .get("items")
        .forEach(item -> ids.add(BatchId.parse(item.get("batchId").stringValue()).orElseThrow()));
    return ids;
  }

  @Test
  void triggerStartsAScheduledBatchNowAndForGood() {
    BatchId batch = Database.batch(ACCOUNT, "scheduled", 1);

    assertThat(stateAfter(batch, "trigger")).isEqualTo("releasing");
    assertThat(stateAfter(batch, "pause")).isEqualTo("paused");
    assertThat(stateAfter(batch, "resume")).isEqualTo("releasing");
  }

  @Test
  void anIllegalChangeSaysWhatIsPossible() {
    BatchId batch = Database.batch(ACCOUNT, "paused", 1);

    Answer refused = gateway.admin("POST", "/v1/batches/" + batch + "/pause", null);
    String cancelled = stateAfter(batch, "cancel");
    Answer over = gateway.admin("POST", "/v1/batches/" + batch + "/resume", null);

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.problem()).isEqualTo("illegal-state");
    assertThat(refused.json().get("state").stringValue()).isEqualTo("paused");
    assertThat(refused.text()).contains("resume, cancel, trigger");
    assertThat(cancelled).isEqualTo("cancelled");
    assertThat(over.status()).isEqualTo(409);
    assertThat(over.text()).contains("possible now: nothing");
    assertThat(Database.count("batch where finished_at is not null and id = " + batch.value()))
        .isEqualTo(1);
  }

  private String stateAfter(BatchId batch, String action) {
    Answer changed = gateway.admin("POST", "/v1/batches/%s/%s".formatted(batch, action), null);
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    return changed.json().get("state").stringValue();
  }

  @Test
  void showsFailuresWithAdviceFilteredAndPaged() {
    BatchId batch = Database.batch(ACCOUNT, "done", 3);
    Database.fail(batch, 1, "recipient", 43004);
    Database.fail(batch, 2, "request", 47001);
    Database.fail(batch, 3, "recipient", 43117);
    String path = "/v1/batches/" + batch + "/failures";

    Answer first = gateway.admin("GET", path + "?class=recipient&limit=1", null);
    Answer second = gateway.admin("GET", path + "?class=recipient&limit=1&cursor=1", null);
    Answer byCode = gateway.admin("GET", path + "?errcode=47001,43117", null);

    assertThat(first.json().at("/items/0/messageId").stringValue()).isEqualTo(batch + "-1");
    assertThat(first.json().at("/items/0/class").stringValue()).isEqualTo("recipient");
    assertThat(first.json().at("/items/0/adviceZh").stringValue()).contains("关注");
    assertThat(first.json().at("/items/0/data/thing1/value").stringValue()).isEqualTo("v");
    assertThat(first.json().get("next").stringValue()).isEqualTo("1");
    assertThat(second.json().at("/items/0/errcode").intValue()).isEqualTo(43117);
    assertThat(second.json().get("next").isNull()).isTrue();
    assertThat(byCode.json().get("items").size()).isEqualTo(2);
    assertThat(gateway.admin("GET", path + "?class=sad", null).status()).isEqualTo(400);
    assertThat(gateway.admin("GET", path + "?errcode=x", null).status()).isEqualTo(400);
  }

  @Test
  void streamsFailuresAsCsv() {
    BatchId batch = Database.batch(ACCOUNT, "done", 2500);
    Database.execute(
        """
        insert into send_failed select batch_id, seq, 'b-mall', 'order-paid', openid, '=1+1', data, 1, 'recipient', 43004, 'x', 'y', now(), 'w'
          from recipient where batch_id = %d
        """
            .formatted(batch.value()));

    Answer csv =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/v1/batches/" + batch + "/failures"))
                .header("Authorization", "Bearer test-admin-key")
                .header("Accept", "text/csv"));

    assertThat(csv.status()).isEqualTo(200);
    assertThat(csv.header("Content-Type")).contains("text/csv;charset=UTF-8");
    assertThat(csv.text().lines()).hasSize(2501);
    assertThat(csv.text()).contains(",'=1+1,").contains(batch + "-2500,o2500");
  }

  @Test
  void showsRejections() {
    BatchId batch = Database.batch(ACCOUNT, "done", 1);
    Database.execute(
        "insert into rejection values (%d, 7, 'oX', 'duplicate', 'as line 3')"
            .formatted(batch.value()));

    Answer shown = gateway.admin("GET", "/v1/batches/" + batch + "/rejections", null);

    assertThat(shown.json().get("items").toString())
        .isEqualTo(
            "[{\"line\":7,\"openid\":\"oX\",\"reason\":\"duplicate\",\"detail\":\"as line 3\"}]");
  }

  @Test
  void showsHowFarAMessageHasCome() {
    BatchId batch = Database.batch(ACCOUNT, "releasing", 6);
    Database.execute(
        "update batch set releasing_to = 5, released_to = 5 where id = " + batch.value());
    Database.succeed(batch, 1);
    Database.fail(batch, 2, "recipient", 43004);
    Database.start(batch, 3, 1);
    Database.start(batch, 4, 0);
    Database.execute(
        "insert into send_attempt values (%d, 4, 1, now(), -1, 'system error', 9, 'w', 1)"
            .formatted(batch.value()));

    Answer accepted = message(batch, 1);
    Answer retrying = message(batch, 4);

    assertThat(accepted.json().get("state").stringValue()).isEqualTo("accepted");
    assertThat(accepted.json().at("/outcome/wechatMsgid").stringValue())
        .isEqualTo("3599307433715204104");
    assertThat(accepted.json().get("receipt").isNull()).isTrue();
    assertThat(message(batch, 2).json().at("/outcome/class").stringValue()).isEqualTo("recipient");
    assertThat(message(batch, 3).json().get("state").stringValue()).isEqualTo("sending");
    assertThat(retrying.json().get("state").stringValue()).isEqualTo("retrying");
    assertThat(retrying.json().at("/attempts/0/errcode").intValue()).isEqualTo(-1);
    assertThat(retrying.json().get("outcome").isNull()).isTrue();
    assertThat(message(batch, 5).json().get("state").stringValue()).isEqualTo("released");
    assertThat(message(batch, 6).json().get("state").stringValue()).isEqualTo("waiting");
    assertThat(message(batch, 7).status()).isEqualTo(404);
    assertThat(gateway.admin("GET", "/v1/messages/nonsense", null).status()).isEqualTo(404);
  }

  private Answer message(BatchId batch, int seq) {
    return gateway.admin("GET", "/v1/messages/%s-%d".formatted(batch, seq), null);
  }

  @Test
  void showsWhatAPersonGot() {
    gateway.createAccount("b-person");
    BatchId older = Database.batch("b-person", "done", 2);
    BatchId newer = Database.batch("b-person", "done", 2);

    Answer first = gateway.admin("GET", "/v1/messages?account=b-person&openid=o2&limit=1", null);
    Answer second =
        gateway.admin(
            "GET",
            "/v1/messages?account=b-person&openid=o2&cursor="
                + first.json().get("next").stringValue(),
            null);

    assertThat(first.json().at("/items/0/messageId").stringValue()).isEqualTo(newer + "-2");
    assertThat(second.json().at("/items/0/messageId").stringValue()).isEqualTo(older + "-2");
    assertThat(second.json().get("next").isNull()).isTrue();
    assertThat(gateway.admin("GET", "/v1/messages?account=b-person", null).status()).isEqualTo(400);
  }

  @Test
  void retriesFailedMessagesOnceAndUncertainOnesOnlyIfNamed() {
    BatchId batch = Database.batch(ACCOUNT, "done", 4);
    Database.succeed(batch, 1);
    Database.fail(batch, 2, "exhausted", -1);
    Database.fail(batch, 3, "recipient", 43117);
    Database.fail(batch, 4, "uncertain", 0);
    String path = "/v1/batches/" + batch + "/retry";

    Answer byCode = gateway.admin("POST", path, "{\"errcodes\":[43117]}");
    Answer others = gateway.admin("POST", path, null);
    Answer nothing = gateway.admin("POST", path, "{}");
    Answer uncertain = gateway.admin("POST", path, "{\"classes\":[\"uncertain\"]}");

    assertThat(byCode.status()).as(byCode.text()).isEqualTo(202);
    assertThat(byCode.json().get("total").intValue()).isEqualTo(1);
    assertThat(byCode.header("Location"))
        .contains("/v1/batches/" + byCode.json().get("batchId").stringValue());
    assertThat(others.json().get("total").intValue()).isEqualTo(1);
    assertThat(nothing.status()).isEqualTo(422);
    assertThat(nothing.problem()).isEqualTo("nothing-to-retry");
    assertThat(uncertain.json().get("total").intValue()).isEqualTo(1);
    BatchId retry = BatchId.parse(others.json().get("batchId").stringValue()).orElseThrow();
    assertThat(Database.value("select openid from recipient where batch_id = " + retry.value()))
        .isEqualTo("o2");
    Answer shown = gateway.admin("GET", "/v1/batches/" + retry, null);
    assertThat(shown.json().get("retryOf").stringValue()).isEqualTo(batch.toString());
    assertThat(shown.json().get("state").stringValue()).isEqualTo("releasing");
  }

  @Test
  void theSameRetryTwiceIsOneBatch() {
    BatchId batch = Database.batch(ACCOUNT, "done", 1);
    Database.fail(batch, 1, "exhausted", -1);
    String body = "{\"classes\":[\"exhausted\"]}";

    Answer first = retry(batch, "b-key-1", body);
    Answer again = retry(batch, "b-key-1", body);
    Answer other = retry(batch, "b-key-1", "{}");

    assertThat(first.status()).as(first.text()).isEqualTo(202);
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.header("Idempotency-Replayed")).contains("true");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.problem()).isEqualTo("idempotency-key-reused");
  }

  @Test
  void refusesToRetryWhatHasExpired() {
    BatchId batch = Database.batch(ACCOUNT, "done", 1);
    Database.fail(batch, 1, "expired", 0);
    Database.execute(
        "update batch set expire_at = '%s' where id = %d"
            .formatted(Instant.now().minusSeconds(60), batch.value()));

    Answer refused = gateway.admin("POST", "/v1/batches/" + batch + "/retry", "{}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("expired");
    assertThat(
            gateway
                .admin("POST", "/v1/batches/" + batch + "/retry", "{\"classes\":[\"sad\"]}")
                .status())
        .isEqualTo(400);
  }

  private Answer retry(BatchId batch, String key, String body) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri("/v1/batches/" + batch + "/retry"))
            .header("Authorization", "Bearer test-admin-key")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }
}
