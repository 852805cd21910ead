package io.hongyan.gateway.inbox;

import io.hongyan.gateway.batch.Uid;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads active-user events: {@code {"uid":"u-42"}}. Other properties are passed over, since any
 * service may publish them.
 */
@Component
class ActiveEvents {

  private final JsonMapper json =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** The uid; null if the body is no such event. */
  @Nullable String uid(byte[] body) {
    try {
      JsonNode uid = json.readTree(body).get("uid");
      return uid != null && uid.isString() && Uid.isValid(uid.stringValue())
          ? uid.stringValue()
          : null;
    } catch (JacksonException e) {
      return null;
    }
  }
}
