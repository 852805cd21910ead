package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.messages;
import static io.hongyan.gateway.inbox.People.newUid;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Messages that WeChat could not bring, in the inbox instead. */
class FallbackIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String DATA = "\"data\":{\"thing1\":\"耳机\",\"amount2\":\"¥1\"}";

  private final String person = newUid();
  private String account = "";

  @BeforeEach
  void createAccount(TestInfo test) {
    account = "fallback-" + Integer.toHexString(test.getDisplayName().hashCode());
    GATEWAY.createAccount(account);
  }

  @Test
  void whoCannotBeReachedFindsTheMessageInTheInbox() {
    BatchId batch = batch("oBlocked");

    Database.fail(batch, 1, "recipient", 43004);

    awaitUnread(1);
    JsonNode message = messages(GATEWAY, person, account).get(0);
    assertThat(message.get("title").stringValue()).isEqualTo("Paid");
    assertThat(message.get("body").stringValue()).isEqualTo("Goods:耳机\nSum:¥1");
    assertThat(message.get("url").stringValue()).isEqualTo("https://x/order");
    Answer read = People.read(GATEWAY, person, account, message.get("id").stringValue());
    assertThat(read.json().get("read").intValue()).isEqualTo(1);
    assertThat(unread(GATEWAY, person, account)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"failed:user block,1", "failed: user block,1", "failed: system failed,0"})
  void whoHasBlockedTheAccountFindsItThere(String status, int left) {
    BatchId batch = batch("oBlocked");
    Database.succeed(batch, 1);

    Database.execute(
        "insert into message_receipt (batch_id, seq, state, status, finished_at, matched_by) values (%d, 1, 'undelivered', '%s', now(), 'msgid')"
            .formatted(batch.value(), status));

    assertThat(Database.count("inbox_fallback where batch_id = " + batch.value()))
        .isLessThanOrEqualTo(left);
    awaitUnread(left);
  }

  @Test
  void otherFailuresAndRecipientsLeaveNothing() {
    BatchId batch = batch("oFails");
    Database.fail(batch, 1, "exhausted", -1);
    BatchId noFallback =
        submit(
            "{\"account\":\"%s\",\"template\":\"order-paid\",\"recipients\":[{\"openid\":\"oNone\",\"uid\":\"%s\",%s}]}"
                .formatted(account, person, DATA));
    Database.fail(noFallback, 1, "recipient", 43004);
    BatchId nobody =
        submit(
            "{\"account\":\"%s\",\"template\":\"order-paid\",\"fallback\":\"inbox\",\"recipients\":[{\"openid\":\"oNobody\",%s}]}"
                .formatted(account, DATA));
    Database.fail(nobody, 1, "recipient", 43004);

    assertThat(
            Database.count(
                "inbox_fallback where batch_id in (%d, %d, %d)"
                    .formatted(batch.value(), noFallback.value(), nobody.value())))
        .isZero();
    assertThat(unread(GATEWAY, person, account)).isZero();
  }

  @Test
  void aRetryThatFailsTooLeavesNoSecondCopy() {
    BatchId batch = batch("oTwice");
    Database.fail(batch, 1, "recipient", 43004);
    awaitUnread(1);

    Answer retried =
        GATEWAY.admin(
            "POST", "/v1/batches/%s/retry".formatted(batch), "{\"classes\":[\"recipient\"]}");
    BatchId again = BatchId.parse(retried.json().get("batchId").stringValue()).orElseThrow();
    Database.fail(again, 1, "recipient", 43004);

    assertThat(Database.count("inbox_fallback where batch_id = " + again.value())).isZero();
    assertThat(unread(GATEWAY, person, account)).isEqualTo(1);
    assertThat(GATEWAY.admin("GET", "/v1/batches/" + again, null).json().get("fallback"))
        .hasToString("\"inbox\"");
  }

  @Test
  void erasingThePersonErasesTheMessage() {
    String openid = "oErased-" + account;
    BatchId batch = batch(openid);
    Database.fail(batch, 1, "recipient", 43004);
    awaitUnread(1);

    GATEWAY.admin("DELETE", "/v1/people?account=%s&openid=%s".formatted(account, openid), null);

    assertThat(messages(GATEWAY, person, account).size()).isZero();
    assertThat(Database.count("recipient where uid = '%s'".formatted(person))).isZero();
  }

  @Test
  void csvTakesTheUidAsAColumn() {
    Answer answer =
        GATEWAY.send(
            HttpRequest.newBuilder(
                    GATEWAY.uri(
                        "/v1/batches?account=%s&template=order-paid&fallback=inbox"
                            .formatted(account)))
                .header("Authorization", "Bearer test-admin-key")
                .header("Content-Type", "text/csv")
                .POST(
                    BodyPublishers.ofString(
                        "openid,uid,thing1,amount2\noCsv,%s,耳机,¥1\noCsv2,,耳机,¥1\noCsv3,not a uid,耳机,¥1\n"
                            .formatted(person))));

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.json().get("total").intValue()).isEqualTo(2);
    assertThat(answer.json().get("rejections").get(0).get("reason").stringValue())
        .isEqualTo("invalid-uid");
    Database.fail(
        BatchId.parse(answer.json().get("batchId").stringValue()).orElseThrow(),
        1,
        "recipient",
        43004);
    awaitUnread(1);
  }

  @Test
  void anAudienceHasNoUids() {
    Answer answer =
        GATEWAY.admin(
            "POST",
            "/v1/batches",
            "{\"account\":\"%s\",\"template\":\"order-paid\",\"fallback\":\"inbox\",%s,\"audience\":{\"all\":true}}"
                .formatted(account, DATA));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text()).contains("fallback");
  }

  private BatchId batch(String openid) {
    return submit(
        "{\"account\":\"%s\",\"template\":\"order-paid\",\"fallback\":\"inbox\",\"url\":\"https://x/order\",\"recipients\":[{\"openid\":\"%s\",\"uid\":\"%s\",%s}]}"
            .formatted(account, openid, person, DATA));
  }

  private static BatchId submit(String body) {
    Answer answer = GATEWAY.admin("POST", "/v1/batches", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return BatchId.parse(answer.json().get("batchId").stringValue()).orElseThrow();
  }

  private void awaitUnread(int wanted) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(Database.count("inbox_fallback")).isZero();
              assertThat(unread(GATEWAY, person, account)).isEqualTo(wanted);
            });
  }
}
