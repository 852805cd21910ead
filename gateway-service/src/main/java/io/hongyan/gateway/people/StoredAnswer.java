package io.hongyan.gateway.people;

import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Takes a person out of a stored 202: the only place for openids there is its rejections. */
@Component
class StoredAnswer {

  private final JsonMapper json;

  StoredAnswer(JsonMapper json) {
    this.json = json;
  }

  /** The answer with the person's rejections overwritten; still the same answer in all else. */
  byte[] without(byte[] response, String openid, String erased) {
    JsonNode answer = json.readTree(response);
    for (JsonNode rejection : answer.path("rejections")) {
      if (rejection instanceof ObjectNode fields
          && openid.equals(fields.path("openid").stringValue(null))) {
        fields.put("openid", erased);
        fields.put("detail", erased);
      }
    }
    return json.writeValueAsBytes(answer);
  }
}
