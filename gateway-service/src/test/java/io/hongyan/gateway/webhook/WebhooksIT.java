package io.hongyan.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Webhooks over HTTP, against a real database; nothing is posted. */
class WebhooksIT {

  private static final String URL = "https://erp.example.com/hook?t=0ther-s3cret";

  private final RunningGateway gateway = RunningGateway.shared();
  private final KeyHolder erp = KeyHolder.create(gateway);

  @Test
  void aSecretIsShownWhenItIsMadeAndNeverAgain() {
    Answer created = erp.put(URL);
    Answer changed = erp.put("https://erp.example.com/other", "[\"batch.done\"]");
    Answer shown = erp.call("GET", "", null);
    Answer renewed = erp.call("POST", "/secret", null);

    String secret = created.json().get("secret").stringValue();
    assertThat(created.status()).isEqualTo(201);
    assertThat(secret).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().has("secret")).isFalse();
    assertThat(shown.json().has("secret")).isFalse();
    assertThat(shown.json().get("keyId").stringValue()).isEqualTo(erp.id());
    assertThat(shown.json().get("url").stringValue()).isEqualTo("https://erp.example.com/other");
    assertThat(shown.json().get("events").toString()).isEqualTo("[\"batch.done\"]");
    assertThat(shown.json().get("pending").intValue()).isZero();
    assertThat(shown.json().get("failingSince").isNull()).isTrue();
    assertThat(shown.json().get("disabledAt").isNull()).isTrue();
    assertThat(renewed.json().get("secret").stringValue())
        .startsWith("whsec_")
        .isNotEqualTo(secret);
    assertThat(
            Database.count(
                "webhook where secret::text like '%%%s%%' or encode(secret, 'escape') like '%%whsec%%'"
                    .formatted(secret)))
        .as("not readable at rest")
        .isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}                                                              | 422 | url is needed",
        "{\"url\":\"https://x.example\"}                                 | 422 | events is needed",
        "{\"url\":\"https://x.example\",\"events\":[]}                   | 422 | events is needed",
        "{\"url\":\"https://x.example\",\"events\":[null]}               | 422 | is not an event",
        "{\"url\":\"https://x.example\",\"events\":[\"batch.begun\"]}    | 422 | 'batch.begun'",
        "{\"url\":\"https://x.example\",\"events\":\"batch.done\"}       | 400 | events",
        "{\"url\":\"http://127.0.0.1:80/\",\"events\":[\"batch.done\"]}  | 422 | a private address",
        "{\"url\":\"http://localhost/\",\"events\":[\"batch.done\"]}     | 422 | a private address",
        "{\"url\":\"gopher://x.example\",\"events\":[\"batch.done\"]}    | 422 | https://",
        "{\"url\":\"https://x.example\",\"event\":[]}                    | 400 | 'event' is not a known",
      })
  void refusesWhatCannotBePostedTo(String body, int status, String why) {
    Answer refused = erp.call("PUT", "", body);

    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.json().get("detail").stringValue()).contains(why);
    assertThat(erp.call("GET", "", null).status()).as("nothing half-stored").isEqualTo(404);
  }

  @Test
  void belongsToItsKeyAndToAdminsWhoSeeTheKey() {
    KeyHolder other = KeyHolder.create(gateway, "[\"send\"]", "[\"wh-other\"]");
    KeyHolder adminOfOne = KeyHolder.create(gateway, "[\"admin\"]", "[\"wh-other\"]");
    erp.put(URL);
    other.put(URL);

    assertThat(status(gateway, "test-admin-key", erp)).isEqualTo(200);
    assertThat(status(gateway, other.key(), erp)).as("not an admin").isEqualTo(403);
    assertThat(status(gateway, adminOfOne.key(), other)).isEqualTo(200);
    assertThat(status(gateway, adminOfOne.key(), erp)).as("a key it cannot see").isEqualTo(404);
    assertThat(gateway.admin("GET", "/v1/keys/key-none/webhook", null).status()).isEqualTo(404);
    assertThat(gateway.call(null, "GET", "/v1/keys/%s/webhook".formatted(erp.id()), null).status())
        .isEqualTo(401);
    for (String call :
        List.of(
            "PUT ", "DELETE ", "POST /secret", "POST /enable", "GET /deliveries", "POST /replay")) {
      String[] parts = call.split(" ", 2);
      String body = parts[0].equals("PUT") || call.endsWith("replay") ? "{}" : null;
      String path = "/v1/keys/%s/webhook%s".formatted(erp.id(), parts[1]);
      assertThat(gateway.call(other.key(), parts[0], path, body).status()).as(call).isEqualTo(403);
      assertThat(gateway.call(adminOfOne.key(), parts[0], path, body).status())
          .as(call)
          .isEqualTo(404);
    }
  }

  @Test
  void theFirstAdminKeyMayHaveOne() {
    String path = "/v1/keys/admin/webhook";
    String body = "{\"url\":\"%s\",\"events\":[\"batch.done\"]}".formatted(URL);

    assertThat(gateway.admin("PUT", path, body).status()).isEqualTo(201);
    assertThat(gateway.admin("DELETE", path, null).status()).isEqualTo(204);
    assertThat(gateway.admin("GET", path, null).status()).isEqualTo(404);
  }

  @Test
  void aRevokedKeyGetsNone() {
    gateway.admin("DELETE", "/v1/keys/" + erp.id(), null);

    Answer refused =
        gateway.admin(
            "PUT",
            "/v1/keys/%s/webhook".formatted(erp.id()),
            "{\"url\":\"%s\",\"events\":[\"batch.done\"]}".formatted(URL));

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.problem()).isEqualTo("key-revoked");
  }

  @Test
  void deletingItEndsWhatWaits() {
    erp.put(URL);
    long waiting = deliver(erp, "pending");

    assertThat(erp.call("DELETE", "", null).status()).isEqualTo(204);
    assertThat(erp.call("DELETE", "", null).status()).as("again").isEqualTo(204);

    assertThat(Database.row("select state, last_error from webhook_delivery where id = " + waiting))
        .containsExactly("failed", "the webhook was deleted");
    for (String call : List.of("GET ", "GET /deliveries", "POST /secret", "POST /enable")) {
      String[] parts = call.split(" ", 2);
      assertThat(erp.call(parts[0], parts[1], null).status()).as(call).isEqualTo(404);
    }
    assertThat(erp.call("POST", "/replay", "{\"since\":\"2026-01-01T00:00:00Z\"}").status())
        .isEqualTo(404);
  }

  @Test
  void listsDeliveriesNewestFirstInPages() {
    erp.put(URL);
    KeyHolder other = KeyHolder.create(gateway);
    List<Long> ids =
        Stream.of("delivered", "failed", "pending", "void")
            .map(state -> deliver(erp, state))
            .toList();
    deliver(other, "pending");

    JsonNode first = erp.call("GET", "/deliveries?limit=3", null).json();
    JsonNode rest =
        erp.call("GET", "/deliveries?cursor=" + first.get("next").stringValue(), null).json();

    assertThat(ids(first))
        .containsExactly("whd_" + ids.get(3), "whd_" + ids.get(2), "whd_" + ids.get(1));
    assertThat(ids(rest)).containsExactly("whd_" + ids.get(0));
    assertThat(rest.get("next").isNull()).isTrue();
    assertThat(ids(erp.call("GET", "/deliveries?state=failed", null).json()))
        .containsExactly("whd_" + ids.get(1));
    JsonNode pending = first.get("items").get(1);
    assertThat(pending.get("messageId").stringValue()).isEqualTo("0000000000009-2");
    assertThat(pending.get("batchId").stringValue()).isEqualTo("0000000000009");
    assertThat(pending.get("dueAt").isNull()).isFalse();
    assertThat(erp.call("GET", "", null).json().get("pending").intValue()).isEqualTo(1);
    assertThat(erp.call("GET", "/deliveries?state=lost", null).status()).isEqualTo(422);
    assertThat(erp.call("GET", "/deliveries?cursor=7", null).status()).isEqualTo(400);
    assertThat(erp.call("GET", "/deliveries?limit=0", null).status()).isEqualTo(422);
  }

  @Test
  void replaysNamedDeliveriesThatAreOverOrWait() {
    erp.put(URL);
    long delivered = deliver(erp, "delivered");
    long failed = deliver(erp, "failed");
    long waiting = deliver(erp, "pending");
    long underWay = deliver(erp, "pending");
    long gone = deliver(erp, "void");
    Database.execute(
        "update webhook_delivery set due_at = now() + interval '30 minutes' where id in (%d, %d)"
            .formatted(waiting, underWay));
    Database.execute("update webhook_delivery set claimed_by = 'a gateway' where id = " + underWay);
    long others = deliver(KeyHolder.create(gateway), "failed");

    Answer replayed =
        replay(
            "{\"deliveries\":[\"whd_%d\",\"whd_%d\",\"whd_%d\",\"whd_%d\",\"whd_%d\"]}"
                .formatted(delivered, failed, waiting, underWay, gone));
    Answer foreign = replay("{\"deliveries\":[\"whd_%d\",\"whd_%d\"]}".formatted(failed, others));

    assertThat(replayed.status()).isEqualTo(200);
    assertThat(replayed.json().get("replayed").intValue()).isEqualTo(3);
    assertThat(
            Database.rows(
                "select id, state, tries, due_at < now() + interval '1 minute' from webhook_delivery where api_key_id = '%s' order by id"
                    .formatted(erp.id())))
        .containsExactly(
            List.of("" + delivered, "pending", "0", "true"),
            List.of("" + failed, "pending", "0", "true"),
            List.of("" + waiting, "pending", "0", "true"),
            List.of("" + underWay, "pending", "3", "false"),
            List.of("" + gone, "void", "3", "null"));
    assertThat(foreign.status()).isEqualTo(422);
    assertThat(foreign.text()).contains("whd_" + others);
  }

  @Test
  void replaysWhatWasMadeSince() {
    erp.put(URL);
    deliver(erp, "failed");
    Database.execute(
        "update webhook_delivery set created_at = '2026-01-01' where api_key_id = '%s'"
            .formatted(erp.id()));
    deliver(erp, "failed");
    deliver(erp, "delivered");

    Answer none = replay("{\"since\":\"2026-02-01T00:00:00+08:00\",\"events\":[\"batch.done\"]}");
    Answer two = replay("{\"since\":\"2026-02-01T00:00:00+08:00\"}");
    Answer old = replay("{\"since\":\"2025-12-31T00:00:00Z\",\"events\":[\"message.failed\"]}");

    assertThat(none.json().get("replayed").intValue()).isZero();
    assertThat(two.json().get("replayed").intValue()).isEqualTo(2);
    assertThat(old.json().get("replayed").intValue()).as("the others wait already").isEqualTo(1);
  }

  @Test
  void whatWaitsIsNotHurriedByAReplayOfAllSince() {
    erp.put(URL);
    long waiting = deliver(erp, "pending");
    Database.execute(
        "update webhook_delivery set due_at = now() + interval '30 minutes' where id = " + waiting);

    Answer replayed = replay("{\"since\":\"2026-01-01T00:00:00Z\"}");

    assertThat(replayed.json().get("replayed").intValue()).isZero();
    assertThat(
            Database.row(
                "select tries, due_at > now() + interval '20 minutes' from webhook_delivery where id = "
                    + waiting))
        .containsExactly("3", "true");
  }

  @ParameterizedTest
  @CsvSource({
    "-999999999-01-01T00:00:00Z, 422",
    "1969-12-31T23:59:59Z, 422",
    "1970-01-01T08:00:00+08:00, 200",
    "9999-12-30T23:59:59Z, 200",
    "9999-12-31T00:00:00Z, 422",
    "+999999999-12-31T23:59:59-18:00, 422"
  })
  void sinceIsATimeThatTheDatabaseKnows(String since, int status) {
    erp.put(URL);

    Answer answer = replay("{\"since\":\"%s\"}".formatted(since));

    assertThat(answer.status()).isEqualTo(status);
    if (status == 422) {
      assertThat(answer.json().get("detail").stringValue())
          .isEqualTo("since must be between 1970 and 9999");
      assertThat(audited("webhook.replay")).as("nothing was done").isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                          | 422",
        "{\"deliveries\":[]}                                         | 422",
        "{\"deliveries\":[\"7\"]}                                    | 400",
        "{\"deliveries\":[null]}                                     | 400",
        "{\"deliveries\":[\"whd_1\"],\"since\":\"2026-01-01T00:00:00Z\"} | 422",
        "{\"since\":\"2026-01-01\"}                                  | 422",
        "{\"since\":\"2026-01-01T00:00:00Z\",\"events\":[\"x\"]}     | 422"
      })
  void saysWhatCannotBeReplayed(String body, int status) {
    erp.put(URL);

    assertThat(replay(body).status()).isEqualTo(status);
  }

  @Test
  void switchedOffItReplaysOnlyAfterItIsEnabled() {
    erp.put(URL);
    Database.execute(
        """
        update webhook set disabled_at = now(), disabled_reason = 'tired', failing_since = now() where api_key_id = '%s'
        """
            .formatted(erp.id()));
    String since = "{\"since\":\"2026-01-01T00:00:00Z\"}";

    Answer refused = replay(since);
    JsonNode off = erp.call("GET", "", null).json();
    JsonNode changed = erp.put("https://erp.example.com/new").json();
    JsonNode on = erp.call("POST", "/enable", null).json();
    erp.call("POST", "/enable", null);

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.problem()).isEqualTo("webhook-disabled");
    assertThat(off.get("disabledReason").stringValue()).isEqualTo("tired");
    assertThat(changed.get("disabledAt").isNull()).as("another URL alone").isFalse();
    assertThat(changed.get("failingSince").isNull()).as("not this URL").isTrue();
    assertThat(on.get("disabledAt").isNull()).isTrue();
    assertThat(replay(since).status()).isEqualTo(200);
    assertThat(audited("webhook.enable")).isEqualTo(1);
  }

  @Test
  void everyChangeIsAuditedWithoutWhatLetsAPostIn() {
    String secret = erp.put(URL).json().get("secret").stringValue();
    erp.call("POST", "/secret", null);
    replay("{\"since\":\"2026-01-01T00:00:00Z\"}");
    replay("{\"deliveries\":[\"whd_%d\"]}".formatted(deliver(erp, "failed")));
    erp.call("DELETE", "", null);

    String audited =
        Database.rows(
                "select action, actor, detail::text from audit_log where subject = 'key/%s' order by id"
                    .formatted(erp.id()))
            .toString();
    assertThat(audited)
        .contains("webhook.put", "webhook.secret", "webhook.replay", "webhook.delete")
        .contains("erp.example.com")
        .contains(erp.id())
        .doesNotContain("0ther-s3cret")
        .doesNotContain(secret);
  }

  private Answer replay(String body) {
    return erp.call("POST", "/replay", body);
  }

  private int audited(String action) {
    return Database.count(
        "audit_log where subject = 'key/%s' and action = '%s'".formatted(erp.id(), action));
  }

  private static int status(RunningGateway gateway, String caller, KeyHolder holder) {
    return gateway.call(caller, "GET", "/v1/keys/%s/webhook".formatted(holder.id()), null).status();
  }

  private static long deliver(KeyHolder holder, String state) {
    return Long.parseLong(
        Database.value(
            """
            insert into webhook_delivery (api_key_id, event, batch_id, seq, state, tries, due_at)
            values ('%1$s', 'message.failed', 9, 2, '%2$s', 3, case when '%2$s' = 'pending' then now() end)
            returning id"""
                .formatted(holder.id(), state)));
  }

  private static List<String> ids(JsonNode page) {
    return page.get("items").valueStream().map(item -> item.get("id").stringValue()).toList();
  }
}
