package io.hongyan.gateway.template;

import java.time.DateTimeException;
import java.time.MonthDay;
import java.time.YearMonth;

/**
 * Reads the forms that WeChat takes for {@code time} and {@code date} fields: {@code 15:01}, {@code
 * 2019年10月1日 15:01}, {@code 2019-10-01}, and two of them joined by {@code ~}. One instance reads
 * one value.
 */
final class TimeForm {

  // A leap year: without a year nobody can say that 29 February does not exist.
  private static final int SOME_LEAP_YEAR = 2000;

  private final String text;
  private int at;

  private TimeForm(String text) {
    this.text = text;
  }

  /** Whether the value is a time, a date with a time, or a range of them. */
  static boolean isTime(String text) {
    return new TimeForm(text).isRange(true);
  }

  /** Whether the value is a date, a date with a time, or a range of them. */
  static boolean isDate(String text) {
    return new TimeForm(text).isRange(false);
  }

  private boolean isRange(boolean timeNeeded) {
    if (!moment(timeNeeded)) {
      return false;
    }
    if (at == text.length()) {
      return true;
    }
    skipSpace();
    if (!skip('~')) {
      return false;
    }
    skipSpace();
    // "2019年10月1日 15:01~18:00": the end of a range may leave the date out.
    int end = at;
    boolean ends = moment(timeNeeded) && at == text.length();
    if (!ends && !timeNeeded && text.indexOf(':') < end) {
      at = end;
      ends = time() && at == text.length();
    }
    return ends;
  }

  private boolean moment(boolean timeNeeded) {
    int start = at;
    if (timeNeeded && time()) {
      return true;
    }
    at = start;
    if (!date()) {
      return false;
    }
    int end = at;
    if (skip(' ') && time()) {
      return true;
    }
    at = end;
    return !timeNeeded;
  }

  private boolean time() {
    int hour = number(1, 2);
    if (hour < 0 || hour > 23 || !skip(':')) {
      return false;
    }
    int minute = number(2, 2);
    if (minute < 0 || minute > 59) {
      return false;
    }
    if (!skip(':')) {
      return true;
    }
    int second = number(2, 2);
    return second >= 0 && second <= 59;
  }

  // 2019年10月1日, 2019年10月, 10月1日, or year-month-day and month-day joined by - / or .
  private boolean date() {
    int first = number(1, 4);
    if (first < 0 || at == text.length()) {
      return false;
    }
    char joint = text.charAt(at++);
    int second = number(1, 2);
    return switch (joint) {
      case '年' -> second > 0 && skip('月') && restOfYear(first, second);
      case '月' -> skip('日') && isDay(first, second);
      case '-', '/', '.' -> skip(joint) ? isDay(first, second, number(1, 2)) : isDay(first, second);
      default -> false;
    };
  }

  private boolean restOfYear(int year, int month) {
    int end = at;
    int day = number(1, 2);
    if (day < 0) {
      at = end;
      return month <= 12 && isYear(year);
    }
    return skip('日') && isDay(year, month, day);
  }

  private static boolean isDay(int month, int day) {
    try {
      return MonthDay.of(month, day).isValidYear(SOME_LEAP_YEAR);
    } catch (DateTimeException e) {
      return false; // 13月 or 31 April; the answer, not a fault
    }
  }

  private static boolean isDay(int year, int month, int day) {
    return isYear(year) && month >= 1 && month <= 12 && YearMonth.of(year, month).isValidDay(day);
  }

  private static boolean isYear(int year) {
    return year >= 1000;
  }

  private int number(int leastDigits, int mostDigits) {
    int start = at;
    int value = 0;
    while (at < text.length() && at - start < mostDigits && isDigit(text.charAt(at))) {
      value = value * 10 + text.charAt(at++) - '0';
    }
    return at - start < leastDigits ? -1 : value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private boolean skip(char wanted) {
    boolean there = at < text.length() && text.charAt(at) == wanted;
    if (there) {
      at++;
    }
    return there;
  }

  private void skipSpace() {
    skip(' ');
  }
}
