package io.hongyan.simulator.template;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A template of an account: its text, and the fields that text names. */
public record Template(String templateId, String title, String content, List<Field> fields) {

  /** Tencent's own pages put blanks between the braces, so they are allowed. */
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\s*\\{\\s*([A-Za-z0-9_]+)\\.DATA\\s*}\\s*}");

  public static Template of(String templateId, String title, String content) {
    List<Field> fields =
        PLACEHOLDER
            .matcher(content)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .map(Field::named)
            .toList();
    return new Template(templateId, title, content, fields);
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
