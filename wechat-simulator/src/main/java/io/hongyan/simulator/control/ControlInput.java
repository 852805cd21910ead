package io.hongyan.simulator.control;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON value of a control call and the name of its place, so that every mistake can be named.
 * All methods throw {@link BadControlException} for what is not as it should be.
 */
record ControlInput(String place, JsonNode node) {

  static ControlInput parse(byte[] body) {
    try {
      JsonNode root = JsonMapper.shared().readTree(body);
      if (root.isMissingNode()) {
        throw new BadControlException(null, "the body is empty, JSON is wanted");
      }
      return new ControlInput("", root);
    } catch (JacksonException e) {
      throw new BadControlException(null, "the body is no JSON: " + e.getOriginalMessage());
    }
  }

  /** Checks that this is an object with no other members than these. */
  ControlInput asObject(Set<String> allowed) {
    if (!node.isObject()) {
      throw wrong("must be an object");
    }
    for (String name : node.propertyNames()) {
      if (!allowed.contains(name)) {
        throw new BadControlException(
            placeOf(name),
            "is not known; known are " + String.join(", ", allowed.stream().sorted().toList()));
      }
    }
    return this;
  }

  List<ControlInput> elements() {
    if (!node.isArray()) {
      throw wrong("must be a list");
    }
    return IntStream.range(0, node.size())
        .mapToObj(i -> new ControlInput(place + "[" + i + "]", node.get(i)))
        .toList();
  }

  /** Null when the member is absent or null. */
  @Nullable ControlInput find(String name) {
    JsonNode member = node.get(name);
    return member == null || member.isNull() ? null : new ControlInput(placeOf(name), member);
  }

  ControlInput get(String name) {
    ControlInput member = find(name);
    if (member == null) {
      throw new BadControlException(placeOf(name), "is missing");
    }
    return member;
  }

  /** A text that is not empty. */
  String text() {
    String text = anyText();
    if (text.isEmpty()) {
      throw wrong("must not be empty");
    }
    return text;
  }

  String anyText() {
    if (!node.isString()) {
      throw wrong("must be a text");
    }
    return node.stringValue();
  }

  /** In their order; repeats count once. */
  Set<String> texts() {
    Set<String> texts = new LinkedHashSet<>();
    elements().forEach(element -> texts.add(element.text()));
    return Collections.unmodifiableSet(texts);
  }

  long number(long min, long max) {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong("must be a whole number");
    }
    long number = node.longValue();
    if (number < min || number > max) {
      throw wrong("must be from %d to %d".formatted(min, max));
    }
    return number;
  }

  /** A part of the whole, 0 to 1. */
  double share() {
    double share = node.isNumber() ? node.doubleValue() : -1;
    if (share < 0 || share > 1) {
      throw wrong("must be a number from 0 to 1");
    }
    return share;
  }

  boolean flag() {
    if (!node.isBoolean()) {
      throw wrong("must be true or false");
    }
    return node.booleanValue();
  }

  BadControlException wrong(String message) {
    return new BadControlException(place.isEmpty() ? null : place, message);
  }

  private String placeOf(String name) {
    return place.isEmpty() ? name : place + "." + name;
  }
}
