package io.hongyan.gateway.audience;

import io.hongyan.gateway.web.ProblemException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whom a batch is for, said by tags instead of one by one: {@code {"all": true}}, {@code {"tag":
 * "vip"}} or {@code {"any": ["vip", "gold"], "not": ["staff"]}}. Only followers ever belong to it.
 *
 * @param all every follower; else those who have one of {@code any}
 * @param any names of tags, none if {@code all}
 * @param not names of tags; who has one of them is left out
 */
public record Audience(boolean all, Set<String> any, Set<String> not) {

  private static final String SHAPE =
      "'audience' takes {\"all\": true}, {\"tag\": \"vip\"} or {\"any\": [\"vip\"], \"not\": [\"staff\"]}";
  private static final int MOST_TAGS = 100;

  /** Takes copies, in their order. */
  public Audience {
    any = Collections.unmodifiableSet(new LinkedHashSet<>(any));
    not = Collections.unmodifiableSet(new LinkedHashSet<>(not));
    if (all != any.isEmpty()) {
      throw ProblemException.badRequest(SHAPE);
    }
  }

  /** Reads what a caller sent; 400 unless it has one of the shapes. */
  public static Audience read(JsonNode node) {
    if (!node.isObject()) {
      throw ProblemException.badRequest(SHAPE);
    }
    boolean all = false;
    Set<String> any = new LinkedHashSet<>();
    Set<String> not = new LinkedHashSet<>();
    for (var property : node.properties()) {
      JsonNode value = property.getValue();
      switch (property.getKey()) {
        case "all" -> {
          if (!value.isBoolean() || !value.booleanValue()) {
            throw ProblemException.badRequest("'audience.all' must be true or absent");
          }
          all = true;
        }
        case "tag" -> any.add(tag(value));
        case "any" -> readTags("any", value, any);
        case "not" -> readTags("not", value, not);
        default ->
            throw ProblemException.badRequest(
                "'%s' is not known in an audience. %s".formatted(property.getKey(), SHAPE));
      }
    }
    // "not" alone means all but those.
    boolean everybody = all || (any.isEmpty() && !not.isEmpty());
    return new Audience(everybody, any, not);
  }

  /** Reads {@link #toJson()}. */
  public static Audience ofJson(String json) {
    return read(JsonMapper.shared().readTree(json));
  }

  /** The audience as it is stored and shown. */
  public String toJson() {
    ObjectNode node = JsonMapper.shared().createObjectNode();
    if (all) {
      node.put("all", true);
    } else {
      addTags(node.putArray("any"), any);
    }
    if (!not.isEmpty()) {
      addTags(node.putArray("not"), not);
    }
    return node.toString();
  }

  private static void addTags(ArrayNode array, Set<String> tags) {
    tags.forEach(array::add);
  }

  private static void readTags(String name, JsonNode value, Set<String> tags) {
    if (!value.isArray() || value.size() > MOST_TAGS) {
      throw ProblemException.badRequest(
          "'audience.%s' must be a list of at most %d tags".formatted(name, MOST_TAGS));
    }
    for (JsonNode element : value.values()) {
      tags.add(tag(element.isObject() && element.size() == 1 ? element.path("tag") : element));
    }
  }

  private static String tag(JsonNode node) {
    if (!node.isString() || node.stringValue().isEmpty()) {
      throw ProblemException.badRequest("A tag of an audience must be its name at WeChat");
    }
    return node.stringValue();
  }
}
