package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Looking at what WeChat has said, over HTTP. */
class HistoryIT {

  private final RunningGateway gateway = RunningGateway.shared();

  @BeforeAll
  static void rows() {
    RunningGateway.shared().createAccount("h-mall");
    RunningGateway.shared().createAccount("h-other");
    RunningGateway.shared().admin("POST", "/v1/accounts/h-mall/pause", null);
    Database.value("select hongyan_create_day('2026-11-20T12:00Z')::text");
    Database.value("select hongyan_create_day('2026-11-21T12:00Z')::text");
    Database.execute(
        """
        insert into delivery_receipt (received_at, id, account_id, openid, msgid, status, finished_at, match, batch_id, seq, look_at) values
          ('2026-11-20T08:00:00.123456Z', 1, 'h-mall', 'oA', 3599307433715204104, 'success', '2026-11-20T07:59:59Z', 'msgid', 4611686018427387904, 7, null),
          ('2026-11-20T08:00:00.123456Z', 2, 'h-mall', 'oB', 0, 'failed:user block', '2026-11-20T07:59:59Z', 'ambiguous', null, null, null),
          ('2026-11-21T08:00:00Z', -3, 'h-mall', 'oA', 0, 'failed: system failed', '2026-11-21T07:59:59Z', null, null, null, now()),
          ('2026-11-21T08:00:00Z', 4, 'h-other', 'oA', 0, 'success', '2026-11-21T07:59:59Z', 'none', null, null, null);
        insert into callback_log (received_at, id, account_id, openid, type, event, event_key, msg_id, created_at, body, handler, reply, result, took_ms, gateway) values
          ('2026-11-20T08:00:00Z', 11, 'h-mall', 'oA', 'text', null, null, 7441237182375, '2026-11-20T07:59:59Z', '<xml>hi</xml>', 'keyword hours',
            '{"type":"text","content":"9 to 5"}', 'replied', 12, 'g1'),
          ('2026-11-21T08:00:00Z', 12, 'h-mall', 'oB', 'event', 'subscribe', 'qrscene_1', null, '2026-11-21T07:59:59Z', '<xml/>', 'none', null, 'nothing', 1, 'g1')
        """);
  }

  @Test
  void receiptsAreShownNewestFirstWithWhatToDo() {
    JsonNode items = get("/receipts").json().get("items");

    assertThat(items).hasSize(3);
    assertThat(items.get(0).toString())
        .startsWith(
            "{\"receivedAt\":\"2026-11-21T08:00:00Z\",\"openid\":\"oA\",\"msgid\":\"0\",\"status\":\"failed: system failed\","
                + "\"finishedAt\":\"2026-11-21T07:59:59Z\",\"match\":\"open\",\"messageId\":null,\"advice\":\"WeChat failed")
        .contains("\"adviceZh\":\"微信投递失败");
    assertThat(items.get(1).get("match").stringValue()).isEqualTo("ambiguous");
    assertThat(items.get(2).toString())
        .isEqualTo(
            "{\"receivedAt\":\"2026-11-20T08:00:00.123456Z\",\"openid\":\"oA\",\"msgid\":\"3599307433715204104\",\"status\":\"success\","
                + "\"finishedAt\":\"2026-11-20T07:59:59Z\",\"match\":\"msgid\",\"messageId\":\""
                + new BatchId(4611686018427387904L)
                + "-7\",\"advice\":null,\"adviceZh\":null}");
  }

  @Test
  void pagesLeaveNothingOut() {
    List<String> seen = new ArrayList<>();
    String next = "";
    while (next != null) {
      JsonNode page = get("/receipts?limit=1" + (next.isEmpty() ? "" : "&cursor=" + next)).json();
      page.get("items").forEach(item -> seen.add(item.get("match").stringValue()));
      next = page.get("next").isNull() ? null : page.get("next").stringValue();
    }

    assertThat(seen).containsExactly("open", "ambiguous", "msgid");
  }

  @ParameterizedTest
  @CsvSource({
    "match=open, 1",
    "match=ambiguous, 1",
    "match=none, 0",
    "openid=oA, 2",
    "openid=oA&match=msgid, 1",
    "openid=oZ, 0"
  })
  void receiptsAreFiltered(String query, int found) {
    assertThat(get("/receipts?" + query).json().get("items")).hasSize(found);
  }

  @Test
  void whatFollowersSaidIsShownWithTheAnswer() {
    JsonNode items = get("/callbacks").json().get("items");

    assertThat(items).hasSize(2);
    assertThat(items.get(0).get("event").stringValue()).isEqualTo("subscribe");
    assertThat(items.get(1).toString())
        .isEqualTo(
            "{\"receivedAt\":\"2026-11-20T08:00:00Z\",\"id\":\"11\",\"openid\":\"oA\",\"type\":\"text\",\"event\":null,\"eventKey\":null,"
                + "\"msgId\":\"7441237182375\",\"createdAt\":\"2026-11-20T07:59:59Z\",\"body\":\"<xml>hi</xml>\",\"handler\":\"keyword hours\","
                + "\"reply\":{\"type\":\"text\",\"content\":\"9 to 5\"},\"result\":\"replied\",\"tookMs\":12,\"gateway\":\"g1\"}");
    JsonNode first = get("/callbacks?limit=1").json();
    assertThat(get("/callbacks?cursor=" + first.get("next").stringValue()).json().get("items"))
        .hasSize(1);
    assertThat(get("/callbacks?openid=oB").json().get("items")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/receipts?cursor=x",
        "/receipts?cursor=99999999999999999_99999999999999999999",
        "/callbacks?cursor=1_",
        "/receipts?mach=open"
      })
  void whatCannotBeReadIsABadRequest(String path) {
    assertThat(get(path).status()).isEqualTo(400);
  }

  @Test
  void anEndlessCursorIsTheEndOfTheList() {
    assertThat(get("/receipts?cursor=0_0").json().get("items")).isEmpty();
    assertThat(get("/receipts?cursor=99999999999999999_1").json().get("items")).hasSize(3);
  }

  @Test
  void anUnknownMatchIsRefused() {
    Answer refused = get("/receipts?match=maybe");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text()).contains("ambiguous");
  }

  @ParameterizedTest
  @ValueSource(strings = {"receipts", "callbacks"})
  void aKeyNeedsTheScopeAndTheAccount(String list) {
    String path = "/v1/accounts/h-mall/" + list;

    assertThat(gateway.call(gateway.createKey("[\"send\"]", "[\"*\"]"), "GET", path, null).status())
        .isEqualTo(403);
    assertThat(
            gateway
                .call(gateway.createKey("[\"read\"]", "[\"h-other\"]"), "GET", path, null)
                .status())
        .isEqualTo(404);
    assertThat(
            gateway
                .call(gateway.createKey("[\"read\"]", "[\"h-mall\"]"), "GET", path, null)
                .status())
        .isEqualTo(200);
    assertThat(gateway.call(null, "GET", path, null).status()).isEqualTo(401);
  }

  @Test
  void theReceiptStandsWithItsMessageAndIsCountedWithItsBatch() {
    BatchId batch = Database.batch("h-mall", "released", 3);
    Database.succeed(batch, 1);
    Database.succeed(batch, 2);
    Database.execute(
        """
        insert into message_receipt values
          (%1$d, 1, 'undelivered', 'failed:user block', '2026-11-20T07:59:59Z', 'msgid'),
          (%1$d, 2, 'delivered', 'success', '2026-11-20T07:59:59Z', 'person');
        update batch_progress set delivered = 1, undelivered = 1, ambiguous = 5 where batch_id = %1$d
        """
            .formatted(batch.value()));

    JsonNode undelivered = message(batch, 1);
    JsonNode delivered = message(batch, 2);
    JsonNode view = gateway.admin("GET", "/v1/batches/" + batch, null).json();

    assertThat(undelivered.get("receipt").toString())
        .startsWith(
            "{\"state\":\"undelivered\",\"status\":\"failed:user block\",\"finishedAt\":\"2026-11-20T07:59:59Z\",\"matchedBy\":\"msgid\",\"advice\":\"The person refuses")
        .contains("\"adviceZh\":\"用户拒收");
    assertThat(delivered.get("receipt").toString())
        .isEqualTo(
            "{\"state\":\"delivered\",\"status\":\"success\",\"finishedAt\":\"2026-11-20T07:59:59Z\",\"matchedBy\":\"person\"}");
    assertThat(message(batch, 3).get("receipt").isNull()).isTrue();
    assertThat(
            gateway
                .admin("GET", "/v1/messages?account=h-mall&openid=o1", null)
                .json()
                .at("/items/0/receipt/state")
                .stringValue())
        .isEqualTo("undelivered");
    assertThat(view.get("delivered").intValue()).isEqualTo(1);
    assertThat(view.get("undelivered").intValue()).isEqualTo(1);
    assertThat(view.get("ambiguous").intValue()).isEqualTo(5);
  }

  private JsonNode message(BatchId batch, int seq) {
    return gateway.admin("GET", "/v1/messages/%s-%d".formatted(batch, seq), null).json();
  }

  private Answer get(String path) {
    return gateway.admin("GET", "/v1/accounts/h-mall" + path, null);
  }
}
