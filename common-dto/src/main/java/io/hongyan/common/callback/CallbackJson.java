package io.hongyan.common.callback;

import io.hongyan.common.message.UnreadableMessageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The form of this package's records in a queue: JSON; fields of a newer version are ignored. */
final class CallbackJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private CallbackJson() {}

  static byte[] write(Object value) {
    return JSON.writeValueAsBytes(value);
  }

  static <T> T read(byte[] body, Class<T> type) throws UnreadableMessageException {
    @Nullable T value;
    try {
      value = JSON.readValue(body, type);
    } catch (JacksonException e) {
      throw new UnreadableMessageException("body is no " + type.getSimpleName(), e);
    }
    if (value == null) {
      throw new UnreadableMessageException(
          "body is no %s but null".formatted(type.getSimpleName()), null);
    }
    return value;
  }
}
