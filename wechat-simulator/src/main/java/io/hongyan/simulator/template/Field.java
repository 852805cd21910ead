package io.hongyan.simulator.template;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One placeholder of a template.
 *
 * @param type null for names without a known type, such as {@code first}, {@code keyword1} and
 *     {@code remark} of the old templates: WeChat shortens those on display and refuses nothing
 */
public record Field(String name, @Nullable FieldType type) {

  private static final Pattern TYPED_NAME = Pattern.compile("([a-z_]+)\\d+");

  static Field named(String name) {
    Matcher matcher = TYPED_NAME.matcher(name);
    return new Field(name, matcher.matches() ? FieldType.find(matcher.group(1)) : null);
  }

  /** What is wrong with the field's entry in {@code data}, in WeChat's words, or null. */
  @Nullable String findProblem(@Nullable JsonNode entry) {
    if (type == null) {
      return null;
    }
    String value = valueOf(entry);
    // Only a const may be shown as nothing, and then it has to be there as an empty text.
    if (value == null || (value.isEmpty() && type != FieldType.CONST)) {
      return "data." + name + ".value is empty";
    }
    return type.allows(value) ? null : "data." + name + ".value invalid";
  }

  /** Null without the {@code {"value": …}} level, which WeChat calls empty, too. */
  private static @Nullable String valueOf(@Nullable JsonNode entry) {
    JsonNode value = entry == null ? null : entry.get("value");
    return value != null && (value.isString() || value.isNumber()) ? value.asString() : null;
  }
}
