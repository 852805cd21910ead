package io.hongyan.gateway.batch;

import io.hongyan.gateway.batch.Recipients.Read;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A recipient read from a whole JSON tree, to compare with what the streaming readers find. */
final class RecipientTree {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private RecipientTree() {}

  static JsonNode parse(String text) {
    return JSON.readTree(text);
  }

  static Read read(int line, JsonNode recipient) {
    JsonNode data = recipient.path("data");
    return new Read(
        line,
        text(recipient.path("openid")),
        text(recipient.path("ref")),
        text(recipient.path("url")),
        value(data.path("thing1")),
        value(data.path("amount2")),
        data.propertyStream()
            .map(java.util.Map.Entry::getKey)
            .filter(name -> !name.equals("thing1") && !name.equals("amount2"))
            .findFirst()
            .orElse(null));
  }

  private static @Nullable String value(JsonNode field) {
    return text(field.isObject() ? field.path("value") : field);
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() ? node.stringValue() : null;
  }
}
