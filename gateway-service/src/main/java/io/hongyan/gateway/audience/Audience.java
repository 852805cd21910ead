package io.hongyan.gateway.audience;

import io.hongyan.gateway.web.ProblemException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
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

  private static final JsonFactory JSON = new JsonFactory();
  private static final String SHAPE =
      "'audience' takes {\"all\": true}, {\"tag\": \"vip\"} or {\"any\": [\"vip\"], \"not\": [\"staff\"]}";
  // As many as an account can have (wechat-api 7).
  private static final int MOST_TAGS = 100;
  private static final int LONGEST_NAME = 100;

  /** Takes copies, in their order; 400 unless it is one of the shapes. */
  public Audience {
    any = Collections.unmodifiableSet(new LinkedHashSet<>(any));
    not = Collections.unmodifiableSet(new LinkedHashSet<>(not));
    if (all != any.isEmpty()) {
      throw ProblemException.badRequest(SHAPE);
    }
    if (any.size() > MOST_TAGS || not.size() > MOST_TAGS) {
      throw ProblemException.badRequest("An audience takes at most %d tags".formatted(MOST_TAGS));
    }
  }

  /** Reads {@link #toJson()}. */
  public static Audience ofJson(String json) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      return read(parser);
    }
  }

  /**
   * Reads what a caller sent, from the parser's current token on; 400 unless it has one of the
   * shapes.
   */
  public static Audience read(JsonParser parser) {
    require(parser.currentToken() == JsonToken.START_OBJECT, SHAPE);
    boolean all = false;
    boolean anyGiven = false;
    Set<String> any = new LinkedHashSet<>();
    Set<String> not = new LinkedHashSet<>();
    String name;
    while ((name = parser.nextName()) != null) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "all" -> {
          require(value == JsonToken.VALUE_TRUE, "'audience.all' must be true or absent");
          all = true;
        }
        case "tag" -> any.add(tag(parser));
        case "any" -> {
          readTags(parser, name, any);
          anyGiven = true;
        }
        case "not" -> readTags(parser, name, not);
        default ->
            throw ProblemException.badRequest(
                "Only all, tag, any and not are known in an audience. " + SHAPE);
      }
    }
    // Whoever computed nobody must not reach everybody; "not" alone means all but those.
    require(!anyGiven || !any.isEmpty(), "'audience.any' must name a tag; leave it out for all");
    return new Audience(all || (any.isEmpty() && !not.isEmpty()), any, not);
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

  private static void readTags(JsonParser parser, String name, Set<String> tags) {
    String shape = "'audience.%s' must be a list of at most %d tags".formatted(name, MOST_TAGS);
    require(parser.currentToken() == JsonToken.START_ARRAY, shape);
    for (int count = 0; parser.nextToken() != JsonToken.END_ARRAY; count++) {
      require(count < MOST_TAGS, shape);
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        require("tag".equals(parser.nextName()), shape);
        parser.nextToken();
        tags.add(tag(parser));
        require(parser.nextToken() == JsonToken.END_OBJECT, shape);
      } else {
        tags.add(tag(parser));
      }
    }
  }

  private static String tag(JsonParser parser) {
    String name = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : "";
    require(
        !name.isEmpty()
            && name.length() <= LONGEST_NAME
            && name.chars().noneMatch(Character::isISOControl)
            // Half a surrogate pair is a code point of its own; PostgreSQL cannot store it.
            && name.codePoints()
                .noneMatch(point -> Character.getType(point) == Character.SURROGATE),
        "A tag of an audience must be its name at WeChat");
    return name;
  }

  private static void require(boolean fits, String otherwise) {
    if (!fits) {
      throw ProblemException.badRequest(otherwise);
    }
  }
}
