package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.bench.peer.Payload.Queued;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The text that everybody sends. */
class PayloadTest {

  private final Payload payload = new Payload("x".repeat(43));
  private final Batch batch = Batch.of(200_000);

  @Test
  void isAsLargeAsARealMessage() {
    assertThat(payload.call(batch.message(100_000))).hasSize(456);
  }

  @Test
  void isTheSameOutOfAQueue() {
    Message message = batch.message(7);

    Queued queued = Payload.read(payload.queued(message));

    assertThat(Payload.call(queued)).isEqualTo(payload.call(message));
    assertThat(Message.parse(queued.id())).isEqualTo(message);
  }

  @Test
  void saysWhoAndWhichMessage() {
    JsonNode call = JsonMapper.shared().readTree(payload.call(batch.message(7)));

    assertThat(call.get("touser").stringValue()).isEqualTo("oBench-000000000000000000007");
    assertThat(call.get("client_msg_id").stringValue()).isEqualTo(batch.text() + "-7");
    assertThat(call.get("data").propertyNames())
        .containsExactlyInAnyOrderElementsOf(Payload.FIELDS.keySet());
  }

  @Test
  void fillsEveryFieldOfItsTemplate() {
    assertThat(Payload.FIELDS.keySet())
        .allMatch(field -> Payload.TEMPLATE_CONTENT.contains("{{" + field + ".DATA}}"));
    assertThat(Payload.TEMPLATE_CONTENT.lines()).hasSize(Payload.FIELDS.size());
  }
}
