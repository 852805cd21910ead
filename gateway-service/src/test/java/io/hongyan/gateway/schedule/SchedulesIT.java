package io.hongyan.gateway.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules over HTTP; nothing runs by itself here. */
class SchedulesIT {

  private static final String YEARLY = "0 0 9 1 1 *";

  private static RunningGateway gateway;
  private static Campaign campaign;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start(Map.of("hongyan.release.enabled", "false"));
    campaign = Campaign.of(gateway, "sh-mall");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void storesShowsListsAndDeletes() {
    Campaign listed = Campaign.of(gateway, "sh-list");
    Answer created = put("sh-one", YEARLY, "Asia/Shanghai", listed.batch());
    Answer again = put("sh-one", YEARLY, "Asia/Shanghai", listed.batch());
    put("sh-two", YEARLY, "UTC", listed.batch());
    Answer shown = gateway.admin("GET", "/v1/schedules/sh-one", null);
    Answer page = gateway.admin("GET", "/v1/schedules?account=sh-list&limit=1", null);
    Answer rest =
        gateway.admin(
            "GET",
            "/v1/schedules?account=sh-list&cursor=" + page.json().get("next").stringValue(),
            null);

    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(200);
    assertThat(shown.json().get("account").stringValue()).isEqualTo("sh-list");
    assertThat(shown.json().get("nextRunAt").stringValue()).endsWith("-01-01T01:00:00Z");
    assertThat(shown.json().at("/batch/audience/tag").stringValue()).isEqualTo("vip");
    assertThat(page.json().at("/items/0/id").stringValue()).isEqualTo("sh-one");
    assertThat(rest.text()).contains("sh-two").doesNotContain("sh-one");
    assertThat(
            Database.count(
                "audit_log where action = 'schedule.put' and subject = 'schedule/sh-one'"))
        .isEqualTo(2);

    assertThat(gateway.admin("DELETE", "/v1/schedules/sh-one", null).status()).isEqualTo(204);
    assertThat(gateway.admin("DELETE", "/v1/schedules/sh-one", null).status()).isEqualTo(404);
    assertThat(gateway.admin("GET", "/v1/schedules/sh-one", null).status()).isEqualTo(404);
    gateway.admin("DELETE", "/v1/schedules/sh-two", null);
  }

  @Test
  void aDisabledScheduleHasNoNextRun() {
    gateway.admin(
        "PUT",
        "/v1/schedules/sh-off",
        "{\"cron\":\"%s\",\"zone\":\"UTC\",\"enabled\":false,\"batch\":%s}"
            .formatted(YEARLY, campaign.batch()));

    assertThat(gateway.admin("GET", "/v1/schedules/sh-off", null).json().get("nextRunAt").isNull())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 9 * * MON-FRI | UTC | 400 | six",
        "0 0 25 * * * | UTC | 400 | cron",
        "nonsense | UTC | 400 | cron",
        "0 0 0 30 2 * | UTC | 422 | never fires",
        "'' | UTC | 422 | cron",
        "0 0 9 * * * | Asia/Shangri-La | 422 | time zone",
        "0 0 9 * * * | '' | 422 | zone",
      })
  void refusesMomentsThatNeverCome(String cron, String zone, int status, String word) {
    Answer refused = put("sh-bad", cron, zone, campaign.batch());

    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(refused.text()).contains(word);
    assertThat(Database.count("schedule where id = 'sh-bad'")).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'template':'order-paid' | 'template':'no-such' | 422 | no-such",
        "'account':'sh-mall' | 'account':'sh-none' | 422 | sh-none",
        "'tag':'vip' | 'tag':'nobody' | 422 | nobody",
        "'tag':'vip' | 'tag':'empty' | 422 | empty",
        "'tag':'vip' | 'tags':'vip' | 400 | audience",
        "'thing1':'Sale' | 'thing9':'Sale' | 422 | thing9",
        "'thing1':'Sale', | \"\" | 422 | thing1",
        "'data': | 'priority':'high','data': | 400 | priority",
        "'data': | 'ratePerSecond':0,'data': | 422 | ratePerSecond",
        "'data': | 'url':'ftp://x','data': | 422 | url",
        "'data': | 'colour':'red','data': | 400 | colour",
        "'data': | 'recipients':[],'data': | 400 | audience",
        "'data': | 'sendAt':'2030-01-01T00:00:00Z','data': | 400 | sendAt",
        "'data': | 'expireAfter':'PT-1S','data': | 422 | expireAfter",
        "'Sale' | 'a\\u0000b' | 422 | thing1",
      })
  void refusesWhatASubmissionWouldBeRefusedFor(
      String part, String instead, int status, String word) {
    String batch = campaign.batch().replace(part.replace('\'', '"'), instead.replace('\'', '"'));
    assertThat(batch).isNotEqualTo(campaign.batch());

    Answer refused = put("sh-bad", YEARLY, "UTC", batch);

    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(refused.text()).contains(word);
    assertThat(refused.json().has("line")).as("a place in another text").isFalse();
    assertThat(Database.count("schedule where id = 'sh-bad'")).isZero();
  }

  @Test
  void refusesAnIdAndABodyThatAreNone() {
    assertThat(put("sh bad".replace(" ", "%20"), YEARLY, "UTC", campaign.batch()).status())
        .isEqualTo(422);
    assertThat(put("sh-bad", YEARLY, "UTC", "[]").status()).isEqualTo(400);
    assertThat(put("sh-bad", YEARLY, "UTC", "null").status()).isEqualTo(422);
    assertThat(gateway.admin("PUT", "/v1/schedules/sh-bad", "{\"crom\":\"x\"}").status())
        .isEqualTo(400);
    assertThat(Database.count("schedule where id = 'sh-bad'")).isZero();
  }

  @Test
  void triggersNowWithOtherParameters() {
    put("sh-now", YEARLY, "UTC", campaign.batch());
    String path = "/v1/schedules/sh-now/trigger";

    Answer plain = gateway.admin("POST", path, null);
    Answer other =
        gateway.admin(
            "POST",
            path,
            "{\"audience\":{\"all\":true},\"data\":{\"thing1\":\"Other\",\"amount2\":\"¥9\"},\"priority\":\"urgent\",\"expireAfter\":\"PT2H\"}");

    assertThat(plain.status()).as(plain.text()).isEqualTo(202);
    assertThat(plain.header("Location")).isPresent();
    assertThat(other.status()).as(other.text()).isEqualTo(202);
    Answer batch =
        gateway.admin("GET", "/v1/batches/" + other.json().get("batchId").stringValue(), null);
    assertThat(batch.json().get("priority").stringValue()).isEqualTo("urgent");
    assertThat(batch.json().at("/audience/all").booleanValue()).isTrue();
    assertThat(batch.json().get("expireAt").isNull()).isFalse();
    Answer listed = gateway.admin("GET", "/v1/batches?schedule=sh-now", null);
    assertThat(listed.json().get("items").size()).isEqualTo(2);
    Answer runs = gateway.admin("GET", "/v1/schedules/sh-now/runs?limit=1", null);
    assertThat(runs.json().at("/items/0/batchId").stringValue())
        .isEqualTo(other.json().get("batchId").stringValue());
    assertThat(runs.json().at("/items/0/remark").stringValue()).contains("triggered by");
    Answer older =
        gateway.admin(
            "GET",
            "/v1/schedules/sh-now/runs?cursor=" + runs.json().get("next").stringValue(),
            null);
    assertThat(older.json().at("/items/0/batchId").stringValue())
        .isEqualTo(plain.json().get("batchId").stringValue());
    assertThat(
            gateway
                .admin("GET", "/v1/schedules/sh-now", null)
                .json()
                .at("/batch/audience/tag")
                .stringValue())
        .as("the stored one stays")
        .isEqualTo("vip");
  }

  @Test
  void aTriggerRepeatedWithItsKeyIsOneRun() {
    put(
        "sh-key",
        YEARLY,
        "UTC",
        campaign.batch().replace("\"data\"", "\"expireAfter\":\"PT6H\",\"data\""));

    Answer first = trigger("sh-key", "k-1", null);
    Answer again = trigger("sh-key", "k-1", null);
    Answer different = trigger("sh-key", "k-1", "{\"priority\":\"urgent\"}");

    assertThat(first.status()).as(first.text()).isEqualTo(202);
    assertThat(again.status()).as(again.text()).isEqualTo(202);
    assertThat(again.header("Idempotency-Replayed")).contains("true");
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(different.status()).isEqualTo(422);
    assertThat(different.problem()).isEqualTo("idempotency-key-reused");
    assertThat(Database.count("batch where schedule_id = 'sh-key'")).isEqualTo(1);
    assertThat(Database.count("scheduler_log where job = 'schedule/sh-key'")).isEqualTo(1);
    assertThat(trigger("sh-key", "not a key", null).status()).isEqualTo(400);
  }

  @Test
  void aTriggerRepeatedAfterTheScheduleChangedIsStillTheSameRequest() {
    String others = "{\"priority\":\"urgent\"}";
    put("sh-change", YEARLY, "UTC", campaign.batch());
    Answer first = trigger("sh-change", "c-1", others);
    put("sh-change", YEARLY, "UTC", campaign.batch().replace("Sale", "Other"));

    Answer again = trigger("sh-change", "c-1", "{ \"priority\" : \"urgent\" }");
    Answer different = trigger("sh-change", "c-1", null);
    put("sh-change2", YEARLY, "UTC", campaign.batch());
    Answer elsewhere = trigger("sh-change2", "c-1", others);

    assertThat(first.status()).as(first.text()).isEqualTo(202);
    assertThat(again.status()).as(again.text()).isEqualTo(202);
    assertThat(again.header("Idempotency-Replayed")).contains("true");
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(different.problem()).isEqualTo("idempotency-key-reused");
    assertThat(elsewhere.problem()).isEqualTo("idempotency-key-reused");
    assertThat(Database.count("batch where schedule_id like 'sh-change%'")).isEqualTo(1);
    assertThat(Database.count("scheduler_log where job like 'schedule/sh-change%'")).isEqualTo(1);
  }

  @Test
  void aTriggerThatIsRefusedMakesNothing() {
    put("sh-no", YEARLY, "UTC", campaign.batch());
    String path = "/v1/schedules/sh-no/trigger";

    assertThat(gateway.admin("POST", path, "{\"audience\":{\"tag\":\"empty\"}}").status())
        .isEqualTo(422);
    assertThat(gateway.admin("POST", path, "{\"account\":\"other\"}").status()).isEqualTo(422);
    assertThat(gateway.admin("POST", path, "{\"colour\":\"red\"}").status()).isEqualTo(400);
    assertThat(gateway.admin("POST", path, "{\"sendAt\":\"2030-01-01T00:00:00Z\"}").status())
        .isEqualTo(400);
    assertThat(Database.count("batch where schedule_id = 'sh-no'")).isZero();
    assertThat(Database.count("scheduler_log where job = 'schedule/sh-no'")).isZero();
  }

  @Test
  void anotherAccountsKeySeesNothingAndTakesNoIds() {
    put("sh-mine", YEARLY, "UTC", campaign.batch());
    Campaign foreign = Campaign.of(gateway, "sh-other");
    String key = gateway.createKey("[\"read\",\"send\"]", "[\"sh-other\"]");
    String path = "/v1/schedules/sh-mine";
    String body =
        "{\"cron\":\"%s\",\"zone\":\"UTC\",\"batch\":%s}".formatted(YEARLY, foreign.batch());

    assertThat(gateway.call(key, "GET", path, null).status()).isEqualTo(404);
    assertThat(gateway.call(key, "GET", path + "/runs", null).status()).isEqualTo(404);
    assertThat(gateway.call(key, "POST", path + "/trigger", null).status()).isEqualTo(404);
    assertThat(gateway.call(key, "DELETE", path, null).status()).isEqualTo(404);
    assertThat(gateway.call(key, "PUT", path, body).status()).isEqualTo(404);
    assertThat(gateway.call(key, "GET", "/v1/schedules?account=sh-mall", null).status())
        .isEqualTo(404);
    assertThat(gateway.call(key, "GET", "/v1/schedules", null).text()).doesNotContain("sh-mine");
    assertThat(
            gateway
                .call(key, "PUT", "/v1/schedules/sh-theirs", body.replace("sh-other", "sh-mall"))
                .status())
        .isEqualTo(422);
    assertThat(gateway.admin("PUT", path, body).status())
        .as("it stays with its account")
        .isEqualTo(422);
  }

  @Test
  void readingAndSendingAreDifferentScopes() {
    put("sh-scope", YEARLY, "UTC", campaign.batch());
    String reader = gateway.createKey("[\"read\"]", "[\"*\"]");
    String sender = gateway.createKey("[\"send\"]", "[\"*\"]");
    String path = "/v1/schedules/sh-scope";

    assertThat(gateway.call(reader, "POST", path + "/trigger", null).status()).isEqualTo(403);
    assertThat(gateway.call(reader, "DELETE", path, null).status()).isEqualTo(403);
    assertThat(gateway.call(sender, "GET", path, null).status()).isEqualTo(403);
    assertThat(gateway.call(sender, "GET", "/v1/scheduler-log", null).status()).isEqualTo(403);
    assertThat(gateway.call(sender, "DELETE", path, null).status()).isEqualTo(204);
  }

  @Test
  void theLogShowsRunsOfEveryKindAndEachAdminThoseOfTheirAccounts() {
    put("sh-log", YEARLY, "UTC", campaign.batch());
    gateway.admin("POST", "/v1/schedules/sh-log/trigger", null);
    Database.execute(
        "insert into scheduler_log (job, due_at, instance, started_at) values ('sh-job', now(), 'gateway@x/1', now())");
    String foreign = gateway.createKey("[\"admin\"]", "[\"sh-none\"]");
    String own = gateway.createKey("[\"admin\"]", "[\"sh-mall\"]");

    Answer newest = gateway.admin("GET", "/v1/scheduler-log?limit=1", null);
    Answer next =
        gateway.admin(
            "GET",
            "/v1/scheduler-log?job=schedule/sh-log&cursor="
                + newest.json().get("next").stringValue(),
            null);

    assertThat(newest.json().at("/items/0/job").stringValue()).isEqualTo("sh-job");
    assertThat(newest.json().at("/items/0/finishedAt").isNull()).isTrue();
    assertThat(next.json().get("items").size()).isEqualTo(1);
    assertThat(next.json().at("/items/0/result").stringValue()).isEqualTo("done");
    assertThat(gateway.call(foreign, "GET", "/v1/scheduler-log", null).json().get("items").size())
        .isZero();
    assertThat(gateway.call(own, "GET", "/v1/scheduler-log", null).text())
        .contains("schedule/sh-log")
        .doesNotContain("sh-job");
    assertThat(gateway.admin("GET", "/v1/scheduler-log?cursor=x", null).status()).isEqualTo(400);
  }

  private static Answer put(String id, String cron, String zone, String batch) {
    return gateway.admin(
        "PUT",
        "/v1/schedules/" + id,
        "{\"cron\":\"%s\",\"zone\":\"%s\",\"batch\":%s}".formatted(cron, zone, batch));
  }

  private static Answer trigger(String id, String idempotencyKey, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri("/v1/schedules/%s/trigger".formatted(id)))
            .header("Authorization", "Bearer test-admin-key")
            .header("Idempotency-Key", idempotencyKey)
            .method("POST", body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    return gateway.send(request);
  }
}
