package io.hongyan.gateway.batch;

import io.hongyan.common.message.OutcomeClass;
import io.hongyan.gateway.web.ProblemException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which failures of a batch are meant.
 *
 * @param classes outcome classes; empty = all
 * @param errcodes WeChat's codes; empty = all
 */
record FailureFilter(List<String> classes, List<Integer> errcodes) {

  /** From query parameters, each a comma-separated list; answers 400 for what cannot be read. */
  static FailureFilter ofQuery(@Nullable String classes, @Nullable String errcodes) {
    return new FailureFilter(
        checkClasses(split(classes)), split(errcodes).stream().map(FailureFilter::code).toList());
  }

  /** From a body's lists; answers 400 for an unknown class. */
  static FailureFilter ofBody(
      @Nullable List<@Nullable String> classes, @Nullable List<@Nullable Integer> errcodes) {
    return new FailureFilter(checkClasses(present(classes)), present(errcodes));
  }

  private static <T> List<T> present(@Nullable List<@Nullable T> values) {
    List<@Nullable T> given = values == null ? List.of() : values;
    for (T value : given) {
      if (value == null) {
        throw ProblemException.badRequest("null stands in a list of classes or errcodes");
      }
    }
    @SuppressWarnings("NullAway") // checked above
    List<T> checked = (List<T>) given;
    return checked;
  }

  private static List<String> split(@Nullable String list) {
    return list == null || list.isEmpty() ? List.of() : List.of(list.split(",", -1));
  }

  private static List<String> checkClasses(Collection<String> classes) {
    List<String> known = Arrays.stream(OutcomeClass.values()).map(OutcomeClass::text).toList();
    for (String outcomeClass : classes) {
      if (!known.contains(outcomeClass)) {
        throw ProblemException.badRequest(
            "'%s' is not a class; known are %s"
                .formatted(outcomeClass, known.stream().collect(Collectors.joining(", "))));
      }
    }
    return List.copyOf(classes);
  }

  private static Integer code(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw ProblemException.badRequest("'%s' is not an errcode".formatted(text));
    }
  }
}
