package io.hongyan.simulator.template;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A template of an account: its text, and the fields that text names.
 *
 * @param primaryIndustry first class of the industry it was added under; empty for category
 *     templates
 * @param deputyIndustry second class of that industry
 */
public record Template(
    String templateId,
    String title,
    String primaryIndustry,
    String deputyIndustry,
    String content,
    String example,
    List<Field> fields) {

  /** Tencent's own pages put blanks between the braces, so they are allowed. */
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\s*\\{\\s*([A-Za-z0-9_]+)\\.DATA\\s*}\\s*}");

  /** A category template, which has no industry, without an example. */
  public static Template of(String templateId, String title, String content) {
    List<Field> fields =
        PLACEHOLDER
            .matcher(content)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .map(Field::named)
            .toList();
    return new Template(templateId, title, "", "", content, "", fields);
  }

  public Template withExample(String filledIn) {
    return new Template(
        templateId, title, primaryIndustry, deputyIndustry, content, filledIn, fields);
  }

  public Template withIndustry(String firstClass, String secondClass) {
    return new Template(templateId, title, firstClass, secondClass, content, example, fields);
  }

  /** Whether it belongs to an industry, as the templates from before the categories do. */
  boolean hasIndustry() {
    return !primaryIndustry.isEmpty() || !deputyIndustry.isEmpty();
  }

  /**
   * The first field that WeChat would refuse, in its words ({@code data.thing1.value is empty}), or
   * null when every field is right. Keys that the template lacks are ignored, as WeChat does.
   *
   * @param data the request's {@code data}; null when it has none
   */
  public @Nullable String findProblem(@Nullable JsonNode data) {
    for (Field field : fields) {
      String problem = field.findProblem(data == null ? null : data.get(field.name()));
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }
}
