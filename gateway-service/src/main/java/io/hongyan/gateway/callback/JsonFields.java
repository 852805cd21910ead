package io.hongyan.gateway.callback;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads WeChat's JSON, {@code {"MsgType":"text",…}}, in one pass. Numbers are kept as they are
 * written, for ids beyond 2^53.
 */
final class JsonFields {

  private static final int MAX_DEPTH = 16;
  private static final int MAX_TOKENS = 8_000;
  private static final int MAX_NAME = 256;
  private static final int MAX_NUMBER = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxTokenCount(MAX_TOKENS)
                  .maxNameLength(MAX_NAME)
                  .maxNumberLength(MAX_NUMBER)
                  .build())
          .build();

  private JsonFields() {}

  /**
   * @throws RefusedException if it is not one JSON object, or has too much in it
   */
  static Map<String, String> read(String json) throws RefusedException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw unreadable();
      }
      Map<String, String> values = read(parser);
      if (parser.nextToken() != null) {
        throw unreadable();
      }
      return values;
    } catch (JacksonException e) {
      throw unreadable();
    }
  }

  private static Map<String, String> read(JsonParser parser) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (value.isStructStart()) {
        parser.skipChildren();
      } else if (value != JsonToken.VALUE_NULL) {
        // An escape can say what must not stand in the text itself.
        values.putIfAbsent(name, Fields.storable(parser.getString()));
      }
    }
    return values;
  }

  private static RefusedException unreadable() {
    return new RefusedException(Refusal.UNREADABLE, "no JSON object of a message");
  }
}
