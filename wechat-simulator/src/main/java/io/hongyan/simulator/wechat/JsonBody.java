package io.hongyan.simulator.wechat;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A posted body: a JSON object, or what WeChat says to a body that is none. */
sealed interface JsonBody {

  /** WeChat publishes no limit; a message is a few hundred bytes. */
  int LARGEST_BYTES = 1 << 20;

  /** An object that can be read. */
  record Parsed(JsonNode root) implements JsonBody {

    /** The text of a member; null when it is absent or null. */
    @Nullable String text(String name) {
      JsonNode member = root.get(name);
      return member == null || member.isNull() ? null : member.asString();
    }

    /** Whether a member is there and is no text, which WeChat calls a format error. */
    boolean hasNonText(String name) {
      JsonNode member = root.get(name);
      return member != null && !member.isNull() && !member.isString();
    }
  }

  /** Empty, too large, or no JSON object. */
  record Refused(Refusal refusal) implements JsonBody {}

  static JsonBody parse(byte[] body) {
    if (body.length == 0) {
      return new Refused(Refusal.EMPTY_POST);
    }
    if (body.length > LARGEST_BYTES) {
      return new Refused(Refusal.TOO_LARGE);
    }
    try {
      JsonNode root = JsonMapper.shared().readTree(body);
      return root.isObject() ? new Parsed(root) : new Refused(Refusal.BAD_JSON);
    } catch (JacksonException e) {
      return new Refused(Refusal.BAD_JSON);
    }
  }
}
