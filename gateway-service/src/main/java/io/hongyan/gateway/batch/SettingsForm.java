package io.hongyan.gateway.batch;

import io.hongyan.gateway.web.ProblemException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a batch as they were sent, each as text with its place, before {@link
 * BatchSettings} checks them; the same for JSON and for query parameters.
 */
final class SettingsForm {

  private final Map<Setting, Entry> entries = new EnumMap<>(Setting.class);

  /** Reads query parameters; unknown and repeated ones are a 400. */
  static SettingsForm ofQuery(Map<String, List<String>> query) {
    SettingsForm form = new SettingsForm();
    query.forEach(
        (name, values) -> {
          Setting setting =
              Setting.ofParameter(name)
                  .orElseThrow(
                      () ->
                          ProblemException.badRequest(
                              "'%s' is not a known query parameter".formatted(name)));
          if (values.size() != 1) {
            throw ProblemException.badRequest(
                "Query parameter '%s' is given more than once".formatted(name));
          }
          form.entries.put(setting, new Entry(values.getFirst(), 0, 0));
        });
    return form;
  }

  /** Takes a setting from a JSON body. */
  void put(Setting setting, String text, int line, int column) {
    entries.put(setting, new Entry(text, line, column));
  }

  boolean has(Setting setting) {
    return entries.containsKey(setting);
  }

  /** The setting as sent; null if it was not. */
  @Nullable String text(Setting setting) {
    Entry entry = entries.get(setting);
    return entry == null ? null : entry.text();
  }

  /** 400: the setting's text is not what it must be. */
  ProblemException mistyped(Setting setting, String expected) {
    return at(
        setting,
        ProblemException.badRequest("'%s' must be %s".formatted(setting.parameter(), expected)));
  }

  /** 422: the setting can be read, but not done. */
  ProblemException invalid(Setting setting, String why) {
    return at(setting, ProblemException.invalid("'%s' %s".formatted(setting.parameter(), why)));
  }

  private ProblemException at(Setting setting, ProblemException problem) {
    Entry entry = entries.get(setting);
    return entry == null || entry.line() == 0 ? problem : problem.at(entry.line(), entry.column());
  }

  /** All settings, always in the same order, for the idempotency digest. */
  String canonical() {
    StringBuilder text = new StringBuilder();
    entries.forEach(
        (setting, entry) ->
            text.append(setting.parameter())
                .append('=')
                .append(entry.text().length())
                .append(':')
                .append(entry.text())
                .append('\n'));
    return text.toString();
  }

  /** Line and column are 0 for a query parameter. */
  private record Entry(String text, int line, int column) {}
}
