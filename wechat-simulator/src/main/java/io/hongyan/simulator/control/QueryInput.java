package io.hongyan.simulator.control;

import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads query parameters of the controls. */
final class QueryInput {

  private QueryInput() {}

  /** Null when it is absent. */
  static @Nullable String find(Map<String, Deque<String>> parameters, String name) {
    Deque<String> values = parameters.get(name);
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  static long number(
      Map<String, Deque<String>> parameters, String name, long absent, long min, long max) {
    String text = find(parameters, name);
    if (text == null) {
      return absent;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new BadControlException(name, "must be a whole number");
    }
    throw new BadControlException(name, "must be from %d to %d".formatted(min, max));
  }
}
