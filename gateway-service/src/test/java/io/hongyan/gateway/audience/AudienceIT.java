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

/** Batches for followers: who is in an audience, and when that is decided. */
class AudienceIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @BeforeAll
  static void followers() {
    GATEWAY.createAccount("aud");
    Followers.sync("aud", "oAud", 2_500);
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
    GATEWAY.createAccount("aud-quota");
    Followers.sync("aud-quota", "oQuota", 300);
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
    Answer shown = GATEWAY.admin("GET", "/v1/batches/" + batch, null);
    assertThat(shown.json().get("audience").get("any").get(0).stringValue()).isEqualTo("vip");
  }

  @Test
  void whoUnfollowedOrFollowedSinceTheSubmitIsTreatedRight() {
    GATEWAY.createAccount("aud-later");
    Followers.sync("aud-later", "oLater", 50);
    Answer answer =
        submit("aud-later", "\"audience\":{\"all\":true},\"sendAt\":\"2099-01-01T00:00:00Z\"");
    assertThat(answer.json().get("state").stringValue()).isEqualTo("scheduled");
    BatchId batch = id(answer);

    Followers.unsubscribe("aud-later", "oLater00003");
    Followers.subscribe("aud-later", "oLaterJoined");
    assertThat(GATEWAY.admin("POST", "/v1/batches/%s/trigger".formatted(batch), null).status())
        .isEqualTo(200);

    awaitTotal(batch, 50);
    assertThat(
            Database.rows(
                "select openid from recipient where openid in ('oLater00003', 'oLaterJoined') and batch_id = "
                    + batch.value()))
        .containsExactly(List.of("oLaterJoined"));
  }

  @Test
  void anAudienceThatIsEmptyAtItsReleaseIsDoneAndSaysWhy() {
    GATEWAY.createAccount("aud-gone");
    Followers.sync("aud-gone", "oGone", 1);
    BatchId batch =
        id(submit("aud-gone", "\"audience\":{\"all\":true},\"sendAt\":\"2099-01-01T00:00:00Z\""));
    Followers.unsubscribe("aud-gone", "oGone00001");

    GATEWAY.admin("POST", "/v1/batches/%s/trigger".formatted(batch), null);

    await().until(() -> state(batch), "done"::equals);
    Answer shown = GATEWAY.admin("GET", "/v1/batches/" + batch, null);
    assertThat(shown.json().get("total").intValue()).isZero();
    assertThat(shown.json().get("stateReason").stringValue()).contains("nobody");
  }

  @Test
  void aBatchWhosePeopleToLeaveOutAreNotKnownAnyMoreIsPaused() {
    GATEWAY.createAccount("aud-tagless");
    Followers.sync("aud-tagless", "oTag", 200);
    BatchId batch =
        id(
            submit(
                "aud-tagless",
                "\"audience\":{\"any\":[\"vip\"],\"not\":[\"staff\"]},\"sendAt\":\"2099-01-01T00:00:00Z\""));
    Database.execute("delete from tag where account_id = 'aud-tagless' and name = 'staff'");

    GATEWAY.admin("POST", "/v1/batches/%s/trigger".formatted(batch), null);

    await().until(() -> state(batch), "paused"::equals);
    assertThat(Database.value("select state_reason from batch where id = " + batch.value()))
        .contains("staff");
    assertThat(Database.count("recipient where batch_id = " + batch.value())).isZero();
  }

  @Test
  void severalGatewaysWithSmallPagesWriteEverybodyOnce() {
    GATEWAY.createAccount("aud-pages");
    Followers.sync("aud-pages", "oPage", 2_000);
    BatchId batch =
        id(
            submit(
                "aud-pages",
                "\"audience\":{\"not\":[\"vip\"]},\"sendAt\":\"2099-01-01T00:00:00Z\""));
    // As a third gateway left it after its first page; the place it came to is what counts.
    Database.execute(
        """
        insert into recipient (batch_id, seq, openid, data)
          select %1$d, n, 'oPage' || lpad(n::text, 5, '0'), '{}' from generate_series(1, 9) n;
        update batch set audience_cursor = 'oPage00009', audience_seq = 9 where id = %1$d
        """
            .formatted(batch.value()));
    Map<String, String> small = Map.of("hongyan.release.audience-page", "7");
    try (RunningGateway first = RunningGateway.start(small);
        RunningGateway second = RunningGateway.start(small)) {
      first.admin("POST", "/v1/batches/%s/trigger".formatted(batch), null);
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
    GATEWAY.createAccount("aud-half");
    Followers.sync("aud-half", "oHalf", 100);
    BatchId batch =
        id(
            submit(
                "aud-half", "\"audience\":{\"tag\":\"vip\"},\"sendAt\":\"2099-01-01T00:00:00Z\""));
    Database.execute(
        """
        insert into recipient (batch_id, seq, openid, data) values (%1$d, 1, 'oHalf00010', '{}');
        update batch set audience_cursor = 'oHalf00010', audience_seq = 1 where id = %1$d;
        delete from tag where account_id = 'aud-half' and name = 'vip'
        """
            .formatted(batch.value()));

    GATEWAY.admin("POST", "/v1/batches/%s/trigger".formatted(batch), null);

    await().until(() -> state(batch), "paused"::equals);
    assertThat(Database.value("select state_reason from batch where id = " + batch.value()))
        .contains("vip");
  }

  @Test
  void aTagThatIsGoneBeforeTheReleaseIsNamedBesideTheTotal() {
    GATEWAY.createAccount("aud-fewer");
    Followers.sync("aud-fewer", "oFew", 100);
    BatchId batch =
        id(
            submit(
                "aud-fewer",
                "\"audience\":{\"any\":[\"vip\",\"staff\"]},\"sendAt\":\"2099-01-01T00:00:00Z\""));
    Database.execute("delete from tag where account_id = 'aud-fewer' and name = 'vip'");

    GATEWAY.admin("POST", "/v1/batches/%s/trigger".formatted(batch), null);

    awaitTotal(batch, 1);
    assertThat(Database.value("select state_reason from batch where id = " + batch.value()))
        .contains("vip");
  }

  @Test
  void anAudienceThatCannotBeResolvedIsPausedAndDoesNotHoldUpOthers() {
    GATEWAY.createAccount("aud-broken");
    Followers.sync("aud-broken", "oBro", 30);
    BatchId broken =
        id(submit("aud-broken", "\"audience\":{\"all\":true},\"sendAt\":\"2099-01-01T00:00:00Z\""));
    Database.execute(
        "insert into recipient (batch_id, seq, openid, data) values (%d, 7, 'oStray', '{}')"
            .formatted(broken.value()));

    GATEWAY.admin("POST", "/v1/batches/%s/trigger".formatted(broken), null);
    BatchId after = id(submit("aud-broken", "\"audience\":{\"tag\":\"vip\"}"));

    awaitTotal(after, 3);
    await().until(() -> state(broken), "paused"::equals);
    assertThat(Database.value("select state_reason from batch where id = " + broken.value()))
        .contains("cannot be resolved");
  }

  @Test
  void whoIsErasedBetweenTwoPagesIsNotWrittenAgain() {
    GATEWAY.createAccount("aud-erased");
    Followers.sync("aud-erased", "oEra", 20);
    BatchId batch =
        id(submit("aud-erased", "\"audience\":{\"all\":true},\"sendAt\":\"2099-01-01T00:00:00Z\""));

    assertThat(
            GATEWAY
                .admin("DELETE", "/v1/people?account=aud-erased&openid=oEra00005", null)
                .status())
        .isEqualTo(200);
    GATEWAY.admin("POST", "/v1/batches/%s/trigger".formatted(batch), null);

    awaitTotal(batch, 19);
    assertThat(Database.count("recipient where openid = 'oEra00005'")).isZero();
  }

  @Test
  void cancellingInTheMiddleEndsThoseWhoWereFoundUntilThen() {
    GATEWAY.createAccount("aud-cancel");
    Followers.sync("aud-cancel", "oCan", 100);
    BatchId batch =
        id(submit("aud-cancel", "\"audience\":{\"all\":true},\"sendAt\":\"2099-01-01T00:00:00Z\""));
    // As a gateway leaves it that was killed after its first page.
    Database.execute(
        """
        insert into recipient (batch_id, seq, openid, data)
          select %1$d, n, 'oCan' || lpad(n::text, 5, '0'), '{}' from generate_series(1, 40) n;
        update batch set audience_cursor = 'oCan00040', audience_seq = 40 where id = %1$d
        """
            .formatted(batch.value()));

    GATEWAY.admin("POST", "/v1/batches/%s/cancel".formatted(batch), null);

    await()
        .until(
            () ->
                Database.count(
                    "send_failed where class = 'cancelled' and batch_id = " + batch.value()),
            ended -> ended == 40);
    assertThat(GATEWAY.admin("GET", "/v1/batches/" + batch, null).json().get("total").intValue())
        .isEqualTo(40);
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
    assertThat(
            GATEWAY.admin("GET", "/v1/batches/" + normal, null).json().get("quietUntil").isString())
        .isTrue();
    assertThat(
            GATEWAY.admin("GET", "/v1/batches/" + urgent, null).json().get("quietUntil").isNull())
        .isTrue();
  }

  @Test
  void tagsOfManyAreCountedBeforeAnyStatisticsAreTaken() {
    GATEWAY.createAccount("aud-many");
    Followers.sync("aud-many", "oMany", 90_000);

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
