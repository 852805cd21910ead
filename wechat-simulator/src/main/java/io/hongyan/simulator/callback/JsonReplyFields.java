package io.hongyan.simulator.callback;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fields of an answer in JSON: the members of one object. */
record JsonReplyFields(JsonNode object) implements ReplyFields {

  static JsonReplyFields parse(byte[] body) throws BadReplyException {
    try {
      JsonNode root = JsonMapper.shared().readTree(body);
      if (root.isObject()) {
        return new JsonReplyFields(root);
      }
    } catch (JacksonException e) {
      throw new BadReplyException("the reply is no JSON", e);
    }
    throw new BadReplyException("the reply is no JSON object");
  }

  @Override
  public @Nullable String text(String name) {
    JsonNode member = object.get(name);
    return member != null && (member.isString() || member.isNumber()) ? member.asString() : null;
  }

  @Override
  public @Nullable ReplyFields part(String name) {
    JsonNode member = object.get(name);
    return member != null && member.isObject() ? new JsonReplyFields(member) : null;
  }

  @Override
  public List<ReplyFields> articles() {
    JsonNode articles = object.get("Articles");
    List<ReplyFields> items = new ArrayList<>();
    if (articles != null && articles.isArray()) {
      articles.forEach(item -> items.add(new JsonReplyFields(item)));
    }
    return items;
  }
}
