package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.newUid;
import static io.hongyan.gateway.inbox.People.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Publishing, editing and withdrawing announcements, and the segments that they are for. */
class AnnouncementsIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String ALL = "{\"all\":true}";

  @BeforeAll
  static void createAccounts() {
    GATEWAY.createAccount("ann");
    GATEWAY.createAccount("ann-other");
  }

  @Test
  void publishingStoresOneRowAndSaysWhereItIs() {
    Answer published =
        publish(
            GATEWAY,
            "ann",
            "New hours",
            ALL,
            ",\"url\":\"https://x/hours\",\"visibleUntil\":\"2099-01-01T00:00:00+08:00\"");

    assertThat(published.status()).as(published.text()).isEqualTo(201);
    String id = People.id(published);
    assertThat(published.header("Location")).hasValue("/v1/inbox/announcements/" + id);
    assertThat(published.json().get("state").stringValue()).isEqualTo("visible");
    Answer found = GATEWAY.admin("GET", "/v1/inbox/announcements/" + id, null);
    assertThat(found.json()).isEqualTo(published.json());
    assertThat(found.json().get("visibleUntil").stringValue()).isEqualTo("2098-12-31T16:00:00Z");
    assertThat(
            GATEWAY
                .admin("GET", "/v1/inbox/announcements?account=ann&limit=1", null)
                .json()
                .get("items")
                .get(0)
                .get("id")
                .stringValue())
        .isEqualTo(id);
    assertThat(Database.count("audit_log where subject = 'announcement/%s'".formatted(id)))
        .isEqualTo(1);
  }

  @Test
  void theSameRequestTwiceIsOneAnnouncement() {
    String body =
        "{\"account\":\"ann\",\"title\":\"Once\",\"body\":\"b\",\"audience\":{\"all\":true}}";

    Answer first = withKey("ann-once", body);
    Answer second = withKey("ann-once", body);
    Answer other = withKey("ann-once", body.replace("Once", "Twice"));

    assertThat(first.status()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(second.header("Idempotency-Replayed")).hasValue("true");
    assertThat(other.problem()).isEqualTo("idempotency-key-reused");
    assertThat(
            Database.count(
                "inbox_announcement where account_id = 'ann' and title in ('Once', 'Twice')"))
        .isEqualTo(1);
  }

  @Test
  void aRefusedRequestDoesNotUseItsKeyUp() {
    String body =
        "{\"account\":\"ann\",\"title\":\"Later\",\"body\":\"b\",\"audience\":{\"segment\":\"ann-late\"}}";
    assertThat(withKey("ann-late", body).problem()).isEqualTo("unknown-segment");

    upload("ann", "ann-late", "text/plain", "u1\n");

    assertThat(withKey("ann-late", body).status()).isEqualTo(201);
  }

  @Test
  void anEditNamesTheVersionThatItSaw() {
    String id = publish(GATEWAY, "ann", "First");
    String edit = "{\"title\":\"Second\",\"body\":\"b\",\"version\":1}";

    Answer edited = GATEWAY.admin("PUT", "/v1/inbox/announcements/" + id, edit);
    Answer late = GATEWAY.admin("PUT", "/v1/inbox/announcements/" + id, edit);

    assertThat(edited.json().get("title").stringValue()).isEqualTo("Second");
    assertThat(edited.json().get("version").intValue()).isEqualTo(2);
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.problem()).isEqualTo("version-conflict");
  }

  @Test
  void whatIsWithdrawnStaysWithdrawn() {
    String id = publish(GATEWAY, "ann", "Gone");

    Answer first = GATEWAY.admin("POST", "/v1/inbox/announcements/%s/withdraw".formatted(id), null);
    Answer again = GATEWAY.admin("POST", "/v1/inbox/announcements/%s/withdraw".formatted(id), null);
    Answer edit =
        GATEWAY.admin(
            "PUT", "/v1/inbox/announcements/" + id, "{\"title\":\"Back\",\"body\":\"b\"}");

    assertThat(first.json().get("state").stringValue()).isEqualTo("withdrawn");
    assertThat(again.json()).isEqualTo(first.json());
    assertThat(edit.status()).isEqualTo(409);
    assertThat(edit.problem()).isEqualTo("announcement-over");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"visibleFrom\":\"2099-01-02T00:00:00Z\",\"visibleUntil\":\"2099-01-01T00:00:00Z\"|422|invalid-value",
        "\"visibleUntil\":\"2020-01-01T00:00:00Z\"|422|invalid-value",
        "\"visibleUntil\":\"tomorrow\"|400|bad-request",
        "\"visibleUntil\":\"2099-01-01T00:00:00\"|400|bad-request",
        "\"url\":\"javascript:alert(1)\"|422|invalid-value",
        "\"account\":\"ann-none\"|422|unknown-account",
        "\"audience\":{\"segment\":\"none\"}|422|unknown-segment",
        "\"audience\":{}|400|bad-request",
        "\"audience\":{\"all\":false}|400|bad-request",
        "\"audience\":{\"all\":true,\"segment\":\"x\"}|400|bad-request",
        "\"audience\":null|400|bad-request",
        "\"title\":\"\"|422|invalid-value",
        "\"title\":\"two\\nlines\"|422|invalid-value",
        "\"body\":\"a\\u0000b\"|422|invalid-value",
        "\"body\":\"a\\ud800\"|422|invalid-value",
        "\"visible\":true|400|bad-request"
      })
  void badInputIsRefusedAndNothingIsStored(String setting, int status, String problem) {
    int before = Database.count("inbox_announcement");
    String name = setting.substring(1, setting.indexOf('"', 1));
    StringBuilder body = new StringBuilder("{").append(setting);
    String[][] rest = {
      {"account", "\"ann\""}, {"title", "\"t\""}, {"body", "\"b\""}, {"audience", ALL}
    };
    for (String[] other : rest) {
      if (!other[0].equals(name)) {
        body.append(",\"%s\":%s".formatted(other[0], other[1]));
      }
    }

    Answer answer = GATEWAY.admin("POST", "/v1/inbox/announcements", body.append('}').toString());

    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.problem()).isEqualTo(problem);
    assertThat(Database.count("inbox_announcement")).isEqualTo(before);
  }

  @Test
  void whatIsTooLongIsRefused() {
    String title = "题".repeat(65);
    String body = "文".repeat(6_667); // 20,001 bytes

    assertThat(publish(GATEWAY, "ann", title, ALL, "").problem()).isEqualTo("invalid-value");
    Answer long20000 =
        GATEWAY.admin(
            "POST",
            "/v1/inbox/announcements",
            "{\"account\":\"ann\",\"title\":\"t\",\"body\":\"%s\",\"audience\":{\"all\":true}}"
                .formatted(body));
    Answer huge =
        GATEWAY.admin(
            "POST",
            "/v1/inbox/announcements",
            "{\"account\":\"ann\",\"title\":\"t\",\"body\":\"%s\",\"audience\":{\"all\":true}}"
                .formatted("x".repeat(2 << 20)));

    assertThat(long20000.status()).isEqualTo(413);
    assertThat(long20000.problem()).isEqualTo("body-too-large");
    assertThat(huge.status()).isEqualTo(413);
    assertThat(publish(GATEWAY, "ann", "题".repeat(64), ALL, "").status()).isEqualTo(201);
  }

  @Test
  void aKeySeesOnlyItsOwnAccounts() {
    String key = GATEWAY.createKey("[\"send\",\"read\"]", "[\"ann-other\"]");
    String reader = GATEWAY.createKey("[\"read\"]", "[\"ann\"]");
    String id = publish(GATEWAY, "ann", "Not yours");
    String path = "/v1/inbox/announcements/" + id;
    String edit = "{\"title\":\"Mine\",\"body\":\"b\"}";

    assertThat(GATEWAY.call(key, "GET", path, null).status()).isEqualTo(404);
    assertThat(GATEWAY.call(key, "PUT", path, edit).status()).isEqualTo(404);
    assertThat(GATEWAY.call(key, "POST", path + "/withdraw", null).status()).isEqualTo(404);
    assertThat(GATEWAY.call(key, "GET", "/v1/inbox/announcements?account=ann", null).status())
        .isEqualTo(404);
    assertThat(GATEWAY.call(key, "GET", "/v1/inbox/announcements", null).text()).doesNotContain(id);
    assertThat(GATEWAY.call(reader, "GET", path, null).status()).isEqualTo(200);
    assertThat(GATEWAY.call(reader, "PUT", path, edit).status()).isEqualTo(403);
    assertThat(GATEWAY.call(key, "GET", "/v1/inbox/segments/x?account=ann", null).status())
        .isEqualTo(404);
  }

  @Test
  void aSegmentIsReplacedAsAWholeAndAnAnnouncementKeepsItsOwn() {
    String before = newUid();
    String after = newUid();
    Answer created = upload("ann", "vip", "text/plain", before + "\r\n\n" + before + "\n");
    People.publish(GATEWAY, "ann", "To the first", "{\"segment\":\"vip\"}", "");

    Answer replaced =
        upload("ann", "vip", "application/x-ndjson", "{\"uid\":\"%s\"}\n\"x\"\n".formatted(after));
    People.publish(GATEWAY, "ann", "To the second", "{\"segment\":\"vip\"}", "");

    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.json().get("members").intValue()).isEqualTo(1);
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.json().get("members").intValue()).isEqualTo(2);
    assertThat(People.messages(GATEWAY, before, "ann").toString())
        .contains("To the first")
        .doesNotContain("To the second");
    assertThat(People.messages(GATEWAY, after, "ann").toString())
        .contains("To the second")
        .doesNotContain("To the first");
  }

  @Test
  void membersThatNobodyNeedsAreDeletedWithTheNextUpload() {
    upload("ann", "short", "text/plain", "a\n");
    upload("ann", "short", "text/plain", "b\n");
    String id = People.id(publish(GATEWAY, "ann", "For b", "{\"segment\":\"short\"}", ""));
    upload("ann", "short", "text/plain", "c\n");
    assertThat(members("short")).isEqualTo("b,c");

    GATEWAY.admin("POST", "/v1/inbox/announcements/%s/withdraw".formatted(id), null);
    upload("ann", "short", "text/plain", "d\n");

    assertThat(members("short")).isEqualTo("d");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain,'good\nwith space\n',422,invalid-value",
    "text/plain,'good\nö\n',422,invalid-value",
    "application/x-ndjson,'\"good\"\nbad\n',422,invalid-value",
    "application/x-ndjson,'{\"uid\":\"good\",\"x\":1}\n',422,invalid-value",
    "application/json,'[]',415,unsupported-media-type"
  })
  void aSegmentWithABadLineIsRefusedAsAWhole(String type, String body, int status, String problem) {
    Answer answer = upload("ann", "refused", type, body);

    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.problem()).isEqualTo(problem);
    assertThat(Database.count("inbox_segment where id = 'refused'")).isZero();
  }

  @Test
  void aSegmentThatIsTooLongIsRefused() {
    assertThat(upload("ann", "refused", "text/plain", "x".repeat(2_000)).problem())
        .isEqualTo("line-too-long");
    Answer unknown = upload("ann-none", "refused", "text/plain", "a\n");
    assertThat(unknown.status()).isEqualTo(404);
  }

  private static String members(String segment) {
    return Database.value(
        """
        select string_agg(uid, ',' order by uid) from inbox_segment_member where version in
          (select segment_version from inbox_announcement where segment_id = '%1$s'
           union select version from inbox_segment where id = '%1$s') or uid in ('a', 'b', 'c', 'd')
        """
            .formatted(segment));
  }

  private static Answer upload(String account, String segment, String type, String body) {
    return GATEWAY.send(
        HttpRequest.newBuilder(
                GATEWAY.uri("/v1/inbox/segments/%s?account=%s".formatted(segment, account)))
            .header("Authorization", "Bearer test-admin-key")
            .header("Content-Type", type)
            .PUT(BodyPublishers.ofString(body)));
  }

  private static Answer withKey(String idempotencyKey, String body) {
    return GATEWAY.send(
        HttpRequest.newBuilder(GATEWAY.uri("/v1/inbox/announcements"))
            .header("Authorization", "Bearer test-admin-key")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotencyKey)
            .POST(BodyPublishers.ofString(body)));
  }
}
