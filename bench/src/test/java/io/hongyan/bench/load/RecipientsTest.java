package io.hongyan.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.bench.peer.Payload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecipientsTest {

  @TempDir Path directory;

  @Test
  void everyLineIsARecipientWithTheFieldsOfThePeers() throws Exception {
    List<String> lines = Files.readAllLines(new Recipients(directory).body(Format.NDJSON, 3));

    assertThat(lines).hasSize(3);
    JsonNode last = JsonMapper.shared().readTree(lines.getLast());
    assertThat(last.get("openid").stringValue()).matches("[A-Za-z0-9_-]{28}").endsWith("3");
    assertThat(last.get("data").size()).isEqualTo(Payload.FIELDS.size());
    Payload.FIELDS.forEach(
        (name, text) -> assertThat(last.at("/data/" + name).stringValue()).isEqualTo(text));
  }

  @Test
  void csvSaysTheSame() throws Exception {
    List<String> lines = Files.readAllLines(new Recipients(directory).body(Format.CSV, 2));

    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).startsWith("openid,ref,url,").contains("thing2");
    assertThat(lines.getLast()).contains("order-2").contains(Payload.FIELDS.get("thing2"));
  }

  @Test
  void aBodyIsMadeOnce() throws Exception {
    Recipients recipients = new Recipients(directory);
    Path first = recipients.body(Format.NDJSON, 2);
    Files.writeString(first, "kept");

    assertThat(recipients.body(Format.NDJSON, 2)).hasContent("kept");
  }
}
