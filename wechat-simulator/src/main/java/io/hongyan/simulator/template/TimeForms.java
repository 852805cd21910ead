package io.hongyan.simulator.template;

import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ways WeChat lets a {@code time} or {@code date} field be written: {@code 15:01}, {@code
 * 2019年10月1日 15:01}, {@code 2018-01-01}, or two of them joined by {@code ~}.
 */
final class TimeForms {

  private static final String CLOCK = "([01]?\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?";
  private static final String MONTH = "(0?[1-9]|1[0-2])";
  private static final String DAY = "(0?[1-9]|[12]\\d|3[01])";
  private static final String DAY_FORM =
      String.join(
          "|",
          "\\d{4}年" + MONTH + "月(" + DAY + "日)?",
          MONTH + "月" + DAY + "日",
          "\\d{4}(?<mark>[-/.])" + MONTH + "(\\k<mark>" + DAY + ")?",
          MONTH + "[-/.]" + DAY);
  private static final Pattern MOMENT =
      Pattern.compile("(?<day>" + DAY_FORM + ")?\\s*(?<clock>" + CLOCK + ")?");

  /** A clock time, with or without a date before it. */
  boolean isTimeOrRange(String value) {
    return isMomentOrRange(
        value, begin -> begin.group("clock") != null, (begin, end) -> end.group("clock") != null);
  }

  /** A date, with or without a clock time after it; a range within a day may end in a time. */
  boolean isDateOrRange(String value) {
    return isMomentOrRange(
        value,
        begin -> begin.group("day") != null,
        (begin, end) ->
            end.group("day") != null
                || (begin.group("clock") != null && end.group("clock") != null));
  }

  private static boolean isMomentOrRange(
      String value, Predicate<Matcher> isBegin, BiPredicate<Matcher, Matcher> isEnd) {
    String[] moments = value.split("~", -1);
    Matcher begin = MOMENT.matcher(moments[0].strip());
    if (moments.length > 2 || !begin.matches() || !isBegin.test(begin)) {
      return false;
    }
    if (moments.length == 1) {
      return true;
    }
    Matcher end = MOMENT.matcher(moments[1].strip());
    return end.matches() && isEnd.test(begin, end);
  }
}
