package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.gateway.audience.Followers;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Looking before sending: dry runs, tests to testers, and openids that are somebody else's. */
class PreviewIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String CSV = "openid,ref,thing1,amount2\n";

  @BeforeAll
  static void accounts() {
    GATEWAY.createAccount("pre");
    GATEWAY.admin(
        "PUT",
        "/v1/accounts/pre",
        "{\"appId\":\"wx-pre\",\"testers\":{\"li-lei\":\"oTester1\",\"han-meimei\":\"oTester2\"}}");
    GATEWAY.createAccount("pre-other");
    Followers.sync("pre-other", "oOther", 20);
  }

  @Test
  void aDryRunShowsWhatWouldHappenAndStoresNothing() {
    int before = Database.count("recipient");
    int batches = Database.count("batch where account_id = 'pre'");

    Answer answer =
        csv(
            "&dryRun=true",
            CSV + "oP1,a,耳机,¥1\noP1,a,耳机,¥1\noP2,b,,¥1\noP3,c,音箱,¥2\noP4,d,键盘,¥3\noP5,e,鼠标,¥4\n");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode run = answer.json();
    assertThat(run.get("total").longValue()).isEqualTo(4);
    assertThat(run.get("rejected").intValue()).isEqualTo(2);
    assertThat(run.get("rejections").get(0).get("reason").stringValue()).isEqualTo("duplicate");
    assertThat(run.get("samples").size()).isEqualTo(3);
    assertThat(run.get("samples").get(0).get("text").stringValue()).isEqualTo("Goods:耳机\nSum:¥1");
    assertThat(Database.count("recipient")).isEqualTo(before);
    assertThat(Database.count("batch where account_id = 'pre'")).isEqualTo(batches);
  }

  @Test
  void aDryRunOfAnAudienceCountsItAndRefusesAsTheSubmitWould() {
    Answer good = json("?dryRun=true", "\"audience\":{\"tag\":\"vip\"}");
    assertThat(good.status()).as(good.text()).isEqualTo(200);
    assertThat(good.json().get("total").longValue()).isEqualTo(2);
    assertThat(good.json().get("samples").get(0).get("openid").stringValue())
        .isEqualTo("oOther00010");

    assertThat(json("?dryRun=true", "\"audience\":{\"tag\":\"gold\"}").problem())
        .isEqualTo("unknown-tag");
    assertThat(json("?dryRun=maybe", "\"audience\":{\"tag\":\"vip\"}").status()).isEqualTo(400);
    assertThat(Database.count("batch where account_id = 'pre-other'")).isZero();
  }

  @Test
  void whoMayOnlySendDoesNotSeeWhoFollows() {
    String sender = GATEWAY.createKey("[\"send\"]", "[\"pre-other\"]");

    Answer answer =
        GATEWAY.call(
            sender,
            "POST",
            "/v1/batches?dryRun=true",
            "{\"account\":\"pre-other\",\"template\":\"order-paid\",\"data\":{\"thing1\":\"耳机\",\"amount2\":\"¥1\"},\"audience\":{\"all\":true}}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().get("samples").size()).isEqualTo(3);
    assertThat(answer.text()).contains("Goods:耳机").doesNotContain("oOther");
  }

  @Test
  void manyForeignersLeaveTheOthersInTheirOrderWithoutGaps() {
    Followers.sync("pre-other", "oMany", 25_000);
    String rows =
        IntStream.rangeClosed(1, 50_000)
            .mapToObj(
                n ->
                    n % 2 == 0
                        ? "oMany%05d,,耳机,¥1\n".formatted(n / 2)
                        : "oOwn%05d,,耳机,¥1\n".formatted(n))
            .collect(Collectors.joining());

    Answer answer = csv("", CSV + rows);

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    long batch = BatchId.parse(answer.json().get("batchId").stringValue()).orElseThrow().value();
    assertThat(answer.json().get("rejections").size()).isEqualTo(20);
    assertThat(answer.json().get("rejections").get(0).get("line").intValue()).isEqualTo(3);
    assertThat(
            Database.row(
                "select count(*) as people, count(distinct seq), max(seq), count(*) filter (where openid like 'oMany%') as foreigners from recipient where batch_id = "
                    + batch))
        .containsExactly("25000", "25000", "25000", "0");
    assertThat(Database.count("rejection where reason = 'foreign-openid' and batch_id = " + batch))
        .isEqualTo(25_000);
  }

  @Test
  void aTestGoesToTheNamedTestersAtOnce() {
    Answer answer = test("\"testers\":[\"li-lei\",\"han-meimei\"]");

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    BatchId batch = BatchId.parse(answer.json().get("batchId").stringValue()).orElseThrow();
    assertThat(
            Database.rows(
                "select r.openid, b.priority from recipient r join batch b on b.id = r.batch_id where b.id = %d order by seq"
                    .formatted(batch.value())))
        .containsExactly(List.of("oTester1", "urgent"), List.of("oTester2", "urgent"));
  }

  @Test
  void aTestToSomebodyUnknownIsRefused() {
    Answer answer = test("\"testers\":[\"jim\"]");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("unknown-tester");
    assertThat(answer.text()).contains("han-meimei");
    assertThat(test("\"priority\":\"normal\"").status()).isEqualTo(422);
    assertThat(test("\"recipients\":[]").status()).isEqualTo(400);
  }

  @Test
  void anotherAccountsFollowersAreRefusedAndTheSeqsHaveNoGaps() {
    Answer answer =
        csv(
            "",
            CSV
                + "oOther00001,,耳机,¥1\noMine1,,耳机,¥1\noOther00002,,耳机,¥1\nbad id,,耳机,¥1\n"
                + "oMine2,,耳机,¥1\noMine3,,耳机,¥1\noOther00003,,耳机,¥1\n");

    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    JsonNode accepted = answer.json();
    assertThat(accepted.get("total").intValue()).isEqualTo(3);
    assertThat(accepted.get("rejected").intValue()).isEqualTo(4);
    assertThat(
            accepted.get("rejections").values().stream()
                .map(r -> r.get("line").intValue() + " " + r.get("reason").stringValue())
                .toList())
        .containsExactly(
            "2 foreign-openid", "4 foreign-openid", "5 invalid-openid", "8 foreign-openid");
    long batch = BatchId.parse(accepted.get("batchId").stringValue()).orElseThrow().value();
    assertThat(
            Database.rows(
                "select seq from recipient where batch_id = %d order by seq".formatted(batch)))
        .containsExactly(List.of("1"), List.of("2"), List.of("3"));
    assertThat(
            Database.rows(
                "select openid from recipient where batch_id = %d order by openid"
                    .formatted(batch)))
        .containsExactly(List.of("oMine1"), List.of("oMine2"), List.of("oMine3"));
    assertThat(Database.count("rejection where batch_id = " + batch)).isEqualTo(4);
  }

  @Test
  void aBatchOfForeignersOnlyIsRefusedAsAWhole() {
    int before = Database.count("batch where account_id = 'pre'");

    Answer answer = csv("", CSV + "oOther00001,,耳机,¥1\n");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("no-recipients");
    assertThat(Database.count("batch where account_id = 'pre'")).isEqualTo(before);
  }

  private static Answer csv(String query, String body) {
    return GATEWAY.send(
        HttpRequest.newBuilder(GATEWAY.uri("/v1/batches?account=pre&template=order-paid" + query))
            .header("Authorization", "Bearer test-admin-key")
            .header("Content-Type", "text/csv")
            .POST(BodyPublishers.ofString(body)));
  }

  private static Answer json(String query, String whom) {
    return GATEWAY.admin(
        "POST",
        "/v1/batches" + query,
        "{\"account\":\"pre-other\",\"template\":\"order-paid\",\"data\":{\"thing1\":\"耳机\",\"amount2\":\"¥1\"},%s}"
            .formatted(whom));
  }

  private static Answer test(String more) {
    return GATEWAY.admin(
        "POST",
        "/v1/batches/test",
        "{\"account\":\"pre\",\"template\":\"order-paid\",\"data\":{\"thing1\":\"耳机\",\"amount2\":\"¥1\"},%s}"
            .formatted(more));
  }
}
