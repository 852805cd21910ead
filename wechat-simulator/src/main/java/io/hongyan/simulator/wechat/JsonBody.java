package io.hongyan.simulator.wechat;

import java.util.ArrayList;
import java.util.List;
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

    /** The whole number of a member; null when it is absent or none. */
    @Nullable Long number(String name) {
      return numberIn(root.get(name));
    }

    /** The texts of a member; null when it is absent or no list of texts. */
    @Nullable List<String> texts(String name) {
      JsonNode member = root.get(name);
      if (member == null || !member.isArray()) {
        return null;
      }
      List<String> texts = new ArrayList<>(member.size());
      for (JsonNode element : member) {
        if (!element.isString()) {
          return null;
        }
        texts.add(element.stringValue());
      }
      return texts;
    }

    /** Whether a member is there and is no text, which WeChat calls a format error. */
    boolean hasNonText(String name) {
      JsonNode member = root.get(name);
      return member != null && !member.isNull() && !member.isString();
    }
  }

  /** Empty, too large, or no JSON object. */
  record Refused(Refusal refusal) implements JsonBody {}

  /** Null when the node is absent or no whole number. */
  static @Nullable Long numberIn(@Nullable JsonNode node) {
    return node != null && node.isIntegralNumber() && node.canConvertToLong()
        ? node.longValue()
        : null;
  }

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
