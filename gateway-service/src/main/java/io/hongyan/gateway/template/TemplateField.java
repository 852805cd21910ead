package io.hongyan.gateway.template;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One field of a template, as found in its content: every recipient must give it a value. */
public record TemplateField(String name, FieldType type) {

  // WeChat's own pages write some fields with blanks, "{ {thing1.DATA} }"; wechat-api.md 2.4.
  private static final Pattern FIELD =
      Pattern.compile("\\{\\s*\\{\\s*([A-Za-z0-9_]+)\\.DATA\\s*\\}\\s*\\}");

  /**
   * The fields of a content such as {@code 订单号:{{character_string4.DATA}}}, each once, in order.
   */
  public static List<TemplateField> parse(String content) {
    Set<TemplateField> fields = new LinkedHashSet<>();
    Matcher found = FIELD.matcher(content);
    while (found.find()) {
      fields.add(new TemplateField(found.group(1), FieldType.ofName(found.group(1))));
    }
    return List.copyOf(fields);
  }

  /** The content with each field replaced by its value. */
  public static String render(String content, UnaryOperator<String> valueOf) {
    return FIELD
        .matcher(content)
        .replaceAll(found -> Matcher.quoteReplacement(valueOf.apply(found.group(1))));
  }
}
