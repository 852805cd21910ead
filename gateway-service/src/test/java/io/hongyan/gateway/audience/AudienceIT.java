package io.hongyan.gateway.audience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Batches for followers: who is in an audience, and when that is decided. */
class AudienceIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @BeforeAll
  static void followers() {
    accountOf("aud", "oAud", 2_500);
    Followers.unsubscribe("aud", "oAud00007");
    GATEWAY.createAccount("aud-unsynced");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"all\":true}|2499",
        "{\"tag\":\"vip\"}|250",
        "{\"any\":[\"vip\",\"staff\"]}|250",
        "{\"any\":[{\"tag\":\"vip\"}],\"not\":[\"staff\"]}|225",
        "{\"not\":[\"vip\"]}|2249",
        "{\"all\":true,\"not\":[\"staff\"]}|2474",
        "{\"tag\":\"empty\"}|0"
      })
  void anAudienceIsCounted(String audience, long people) {
    Answer answer = count("{\"account\":\"aud\",\"audience\":%s}".formatted(audience));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().get("count").longValue()).isEqualTo(people);
  }

  @Test
  void theCountSaysWhetherTodaysQuotaCoversIt() {
    accountOf("aud-quota", "oQuota", 300);
    String all = "{\"account\":\"aud-quota\",\"audience\":{\"all\":true}}";
    assertThat(count(all).json().get("fitsToday").isNull()).as("nobody has asked WeChat").isTrue();

    Database.execute(
        "insert into account_quota (account_id, daily_limit, used, remain, read_at) values ('aud-quota', 1000, 700, 300, now())");
    assertThat(count(all).json().get("fitsToday").booleanValue()).isTrue();

    Database.batch("aud-quota", "released", 1);
    assertThat(count(all).json().get("fitsToday").booleanValue())
        .as("a message that waits needs the quota too")
        .isFalse();

    Database.execute(
        "update account_quota set read_at = now() - interval '25 hours' where account_id = 'aud-quota'");
    assertThat(count(all).json().get("fitsToday").isNull()).as("yesterday's counter").isTrue();
  }

  @Test
  void everybodyGetsOneMessageAndTheTotalIsKnownAfterTheRelease() {
    Answer answer = submit("\"audience\":{\"any\":[\"vip\"],\"not\":[\"staff\"]}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.json().get("total").isNull()).isTrue();
    BatchId batch = id(answer);
    awaitTotal(batch, 225);
    assertThat(
            Database.row(
                "select count(*) as people, count(distinct openid), min(seq), max(seq) from recipient where batch_id = "
                    + batch.value()))
        .containsExactly("225", "225", "1", "225");
    assertThat(
            Database.value(
                "select data #>> '{amount2,value}' from recipient where seq = 1 and batch_id = "
                    + batch.value()))
        .isEqualTo("¥1.00");
    assertThat(shown(batch).get("audience").get("any").get(0).stringValue()).isEqualTo("vip");
  }

  @Test
  void whoUnfollowedOrFollowedSinceTheSubmitIsTreatedRight() {
    accountOf("aud-later", "oLater", 50);
    BatchId batch = submitForLater("aud-later", "{\"all\":true}");
    assertThat(state(batch)).isEqualTo("scheduled");

    Followers.unsubscribe("aud-later", "oLater00003");
    Followers.subscribe("aud-later", "oLaterJoined");
    trigger(GATEWAY, batch);

    awaitTotal(batch, 50);
    assertThat(
            Database.rows(
                "select openid from recipient where openid in ('oLater00003', 'oLaterJoined') and batch_id = "
                    + batch.value()))
        .containsExactly(List.of("oLaterJoined"));
  }

  @Test
  void anAudienceThatIsEmptyAtItsReleaseIsDoneAndSaysWhy() {
    accountOf("aud-gone", "oGone", 1);
    BatchId batch = submitForLater("aud-gone", "{\"all\":true}");
    Followers.unsubscribe("aud-gone", "oGone00001");

    trigger(GATEWAY, batch);

    await().until(() -> state(batch), "done"::equals);
    JsonNode shown = shown(batch);
    assertThat(shown.get("total").intValue()).isZero();
    assertThat(shown.get("stateReason").stringValue()).contains("nobody");
  }

  @Test
  void aBatchWhosePeopleToLeaveOutAreNotKnownAnyMoreIsPaused() {
    accountOf("aud-tagless", "oTag", 200);
    BatchId batch = submitForLater("aud-tagless", "{\"any\":[\"vip\"],\"not\":[\"staff\"]}");
    Database.execute("delete from tag where account_id = 'aud-tagless' and name = 'staff'");

    trigger(GATEWAY, batch);

    await().until(() -> state(batch), "paused"::equals);
    assertThat(reason(batch)).contains("staff");
    assertThat(Database.count("recipient where batch_id = " + batch.value())).isZero();
  }

  @Test
  void severalGatewaysWithSmallPagesWriteEverybodyOnce() {
    accountOf("aud-pages", "oPage", 2_000);
    BatchId batch = submitForLater("aud-pages", "{\"not\":[\"vip\"]}");
    // As a third gateway left it after its first page; the place it came to is what counts.
    firstPage(batch, "oPage", 9);
    Map<String, String> small = Map.of("hongyan.release.audience-page", "7");
    try (RunningGateway first = RunningGateway.start(small);
        RunningGateway second = RunningGateway.start(small)) {
      trigger(first, batch);
      awaitTotal(batch, 1_800);
      assertThat(second.admin("GET", "/v1/batches/" + batch, null).status()).isEqualTo(200);
    }
    assertThat(
            Database.row(
                "select count(*) as people, count(distinct openid), max(seq) from recipient where batch_id = "
                    + batch.value()))
        .containsExactly("1800", "1800", "1800");
    assertThat(Database.count("recipient where data = '{}' and batch_id = " + batch.value()))
        .as("those that were there are not written anew")
        .isEqualTo(9);
  }

  @Test
  void aTagThatDisappearsInTheMiddleStopsTheBatch() {
    accountOf("aud-half", "oHalf", 100);
    BatchId batch = submitForLater("aud-half", "{\"tag\":\"vip\"}");
    Database.execute(
        """
        insert into recipient (batch_id, seq, openid, data) values (%1$d, 1, 'oHalf00010', '{}');
        update batch set audience_cursor = 'oHalf00010', audience_seq = 1 where id = %1$d;
        delete from tag where account_id = 'aud-half' and name = 'vip'
        """
            .formatted(batch.value()));

    trigger(GATEWAY, batch);

    await().until(() -> state(batch), "paused"::equals);
    assertThat(reason(batch)).contains("vip");
  }

  @Test
  void aTagThatIsGoneBeforeTheReleaseIsNamedBesideTheTotal() {
    accountOf("aud-fewer", "oFew", 100);
    BatchId batch = submitForLater("aud-fewer", "{\"any\":[\"vip\",\"staff\"]}");
    Database.execute("delete from tag where account_id = 'aud-fewer' and name = 'vip'");

    trigger(GATEWAY, batch);

    awaitTotal(batch, 1);
    assertThat(reason(batch)).contains("vip");
  }

  @Test
  void anAudienceThatCannotBeResolvedIsPausedAndDoesNotHoldUpOthers() {
    accountOf("aud-broken", "oBro", 30);
    BatchId broken = submitForLater("aud-broken", "{\"all\":true}");
    Database.execute(
        "insert into recipient (batch_id, seq, openid, data) values (%d, 7, 'oStray', '{}')"
            .formatted(broken.value()));

    trigger(GATEWAY, broken);
    BatchId after = id(submit("aud-broken", "\"audience\":{\"tag\":\"vip\"}"));

    awaitTotal(after, 3);
    await().until(() -> state(broken), "paused"::equals);
    assertThat(reason(broken)).contains("cannot be resolved");
  }

  @Test
  void whoIsErasedBetweenTwoPagesIsNotWrittenAgain() {
    accountOf("aud-erased", "oEra", 20);
    BatchId batch = submitForLater("aud-erased", "{\"all\":true}");

    assertThat(
            GATEWAY
                .admin("DELETE", "/v1/people?account=aud-erased&openid=oEra00005", null)
                .status())
        .isEqualTo(200);
    trigger(GATEWAY, batch);

    awaitTotal(batch, 19);
    assertThat(Database.count("recipient where openid = 'oEra00005'")).isZero();
  }

  @Test
  void cancellingInTheMiddleEndsThoseWhoWereFoundUntilThen() {
    accountOf("aud-cancel", "oCan", 100);
    BatchId batch = submitForLater("aud-cancel", "{\"all\":true}");
    // As a gateway leaves it that was killed after its first page.
    firstPage(batch, "oCan", 40);

    GATEWAY.admin("POST", "/v1/batches/%s/cancel".formatted(batch), null);

    await()
        .until(
            () ->
                Database.count(
                    "send_failed where class = 'cancelled' and batch_id = " + batch.value()),
            ended -> ended == 40);
    assertThat(shown(batch).get("total").intValue()).isEqualTo(40);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aud|\"audience\":{\"tag\":\"gold\"}|422|unknown-tag",
        "aud|\"audience\":{\"tag\":\"empty\"}|422|empty-audience",
        "aud-unsynced|\"audience\":{\"all\":true}|422|followers-unknown",
        "aud|\"audience\":{}|400|bad-request",
        "aud|\"audience\":{\"all\":false}|400|bad-request",
        "aud|\"audience\":{\"all\":true,\"tag\":\"vip\"}|400|bad-request",
        "aud|\"audience\":{\"any\":[],\"not\":[\"staff\"]}|400|bad-request",
        "aud|\"audience\":{\"tag\":\"a\\u0000b\"}|400|bad-request",
        "aud|\"audience\":{\"any\":[{\"name\":\"vip\"}]}|400|bad-request",
        "aud|\"audience\":{\"tags\":[\"vip\"]}|400|bad-request",
        "aud|\"audience\":{\"tag\":7}|400|bad-request",
        "aud|\"audience\":\"all\"|400|bad-request",
        "aud|\"testers\":[\"li-lei\"]|400|bad-request",
        "aud|\"audience\":{\"all\":true},\"recipients\":[]|400|bad-request"
      })
  void badInputIsRefusedAndNothingIsStored(
      String account, String whom, int status, String problem) {
    int before = Database.count("batch where account_id = '%s'".formatted(account));

    Answer answer = submit(account, whom);

    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.problem()).isEqualTo(problem);
    assertThat(Database.count("batch where account_id = '%s'".formatted(account)))
        .isEqualTo(before);
  }

  @Test
  void aContentThatBreaksTheTemplateIsRefusedAsAWhole() {
    Answer answer =
        GATEWAY.admin(
            "POST",
            "/v1/batches",
            "{\"account\":\"aud\",\"template\":\"order-paid\",\"audience\":{\"all\":true},\"data\":{\"thing1\":\"耳机\"}}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("invalid-content");
    assertThat(answer.text()).contains("amount2 has no value");
  }

  @Test
  void aBatchThatWaitsForTheEndOfQuietHoursSaysSo() {
    GATEWAY.createAccount("aud-quiet");
    // A night that is now, wherever the test runs: all day but a minute that is not this one.
    LocalTime now = LocalTime.now(ZoneOffset.UTC);
    String end = now.minusMinutes(5).format(DateTimeFormatter.ofPattern("HH:mm"));
    String begin = now.minusMinutes(4).format(DateTimeFormatter.ofPattern("HH:mm"));
    GATEWAY.admin(
        "PUT",
        "/v1/accounts/aud-quiet",
        "{\"appId\":\"wx-aud-quiet\",\"quietHours\":{\"from\":\"%s\",\"to\":\"%s\",\"zone\":\"UTC\"}}"
            .formatted(begin, end));
    String recipients =
        "\"recipients\":[{\"openid\":\"oQ1\",\"data\":{\"thing1\":\"耳机\",\"amount2\":\"¥1\"}}]}";
    String head = "{\"account\":\"aud-quiet\",\"template\":\"order-paid\",";

    BatchId normal = id(GATEWAY.admin("POST", "/v1/batches", head + recipients));
    BatchId urgent =
        id(GATEWAY.admin("POST", "/v1/batches", head + "\"priority\":\"urgent\"," + recipients));

    await().until(() -> state(urgent), "released"::equals);
    assertThat(state(normal)).isEqualTo("releasing");
    assertThat(shown(normal).get("quietUntil").isString()).isTrue();
    assertThat(shown(urgent).get("quietUntil").isNull()).isTrue();
  }

  @Test
  void tagsOfManyAreCountedBeforeAnyStatisticsAreTaken() {
    accountOf("aud-many", "oMany", 90_000);

    Answer answer = count("{\"account\":\"aud-many\",\"audience\":{\"not\":[\"vip\"]}}");
    Answer tagged = count("{\"account\":\"aud-many\",\"audience\":{\"any\":[\"vip\",\"staff\"]}}");

    assertThat(answer.json().get("count").longValue()).isEqualTo(81_000);
    assertThat(tagged.json().get("count").longValue()).isEqualTo(9_000);
  }

  @Test
  void anotherCompanysAudienceCannotBeCounted() {
    String key = GATEWAY.createKey("[\"read\"]", "[\"aud-unsynced\"]");

    Answer answer =
        GATEWAY.call(
            key,
            "POST",
            "/v1/audiences/count",
            "{\"account\":\"aud\",\"audience\":{\"all\":true}}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("unknown-account");
  }

  /** A new account with followers as {@link Followers#sync} makes them. */
  private static void accountOf(String account, String prefix, int people) {
    GATEWAY.createAccount(account);
    Followers.sync(account, prefix, people);
  }

  /** The batch has its first so many people. */
  private static void firstPage(BatchId batch, String prefix, int people) {
    Database.execute(
        """
        insert into recipient (batch_id, seq, openid, data)
          select %1$d, n, '%2$s' || lpad(n::text, 5, '0'), '{}' from generate_series(1, %3$d) n;
        update batch set audience_cursor = '%2$s' || lpad('%3$d', 5, '0'), audience_seq = %3$d where id = %1$d
        """
            .formatted(batch.value(), prefix, people));
  }

  private static Answer count(String body) {
    return GATEWAY.admin("POST", "/v1/audiences/count", body);
  }

  private static Answer submit(String whom) {
    return submit("aud", whom);
  }

  private static Answer submit(String account, String whom) {
    return GATEWAY.admin(
        "POST",
        "/v1/batches",
        "{\"account\":\"%s\",\"template\":\"order-paid\",\"data\":{\"thing1\":\"耳机\",\"amount2\":{\"value\":\"¥1.00\"}},%s}"
            .formatted(account, whom));
  }

  /** A batch for the audience that waits until it is triggered. */
  private static BatchId submitForLater(String account, String audience) {
    Answer answer =
        submit(account, "\"audience\":%s,\"sendAt\":\"2099-01-01T00:00:00Z\"".formatted(audience));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return id(answer);
  }

  private static void trigger(RunningGateway gateway, BatchId batch) {
    Answer answer = gateway.admin("POST", "/v1/batches/%s/trigger".formatted(batch), null);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private static JsonNode shown(BatchId batch) {
    return GATEWAY.admin("GET", "/v1/batches/" + batch, null).json();
  }

  private static String reason(BatchId batch) {
    return Database.value("select state_reason from batch where id = " + batch.value());
  }

  private static BatchId id(Answer answer) {
    return BatchId.parse(answer.json().get("batchId").stringValue()).orElseThrow();
  }

  private static String state(BatchId batch) {
    return Database.value("select state from batch where id = " + batch.value());
  }

  private static void awaitTotal(BatchId batch, int total) {
    await()
        .until(
            () ->
                Database.value("select coalesce(total, -1) from batch where id = " + batch.value()),
            String.valueOf(total)::equals);
  }
}
