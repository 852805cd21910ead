package io.hongyan.gateway.template;

import java.text.BreakIterator;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What WeChat demands of a value, by the type of its field; the intake asks it for every value of
 * every recipient. Lengths are in code points: WeChat does not say what it counts, and an emoji
 * then counts once. Rules: https://developers.weixin.qq.com/doc/ (template and subscribe messages,
 * read 2026-11-21).
 */
public final class FieldRule {

  // WeChat publishes no limit for old-style fields and shows 20 characters of them; this is well
  // above any template in use and keeps one message small.
  private static final int FREE_LIMIT = 2_000;
  private static final int THING_LIMIT = 20;
  private static final int STRING_LIMIT = 32;
  private static final int SHORT_LIMIT = 5;
  private static final int NAME_LIMIT = 20;
  private static final int HAN_NAME_LIMIT = 10;
  private static final int PHONE_LIMIT = 17;
  private static final int CAR_LIMIT = 8;
  private static final int AMOUNT_DIGITS = 10;

  private static final String ELLIPSIS = "…";
  private static final FieldCheck FITS = new FieldCheck.Fits();

  private FieldRule() {}

  /**
   * Checks a value against the rule of its field.
   *
   * @param shorten whether a {@code thing} that is too long may be cut; no other type is, because a
   *     cut number, time or name would be a wrong one
   */
  public static FieldCheck check(TemplateField field, String value, boolean shorten) {
    FieldType type = field.type();
    if (value.isEmpty()) {
      return type == FieldType.CONST ? FITS : refused(field, "empty-value", "is empty");
    }
    int length = value.codePointCount(0, value.length());
    String wrong = wrongForm(type, value);
    if (wrong != null) {
      return refused(field, "invalid-value", "%s; the value has %d".formatted(wrong, length));
    }
    int limit = limit(type, value);
    if (length <= limit) {
      return FITS;
    }
    String cut = shorten && type == FieldType.THING ? cut(value, limit) : null;
    return cut == null
        ? refused(
            field,
            "too-long",
            "takes at most %d characters; the value has %d".formatted(limit, length))
        : new FieldCheck.Shortened(cut);
  }

  private static FieldCheck refused(TemplateField field, String reason, String detail) {
    return new FieldCheck.Refused(
        reason, "%s (%s) %s".formatted(field.name(), field.type().text(), detail));
  }

  private static int limit(FieldType type, String value) {
    return switch (type) {
      case THING, CONST, ENUM -> THING_LIMIT;
      case SHORT_THING, SYMBOL, PHRASE -> SHORT_LIMIT;
      case NUMBER, LETTER, CHARACTER_STRING -> STRING_LIMIT;
      case PHONE_NUMBER -> PHONE_LIMIT;
      case CAR_NUMBER -> CAR_LIMIT;
      case NAME -> value.codePoints().anyMatch(FieldRule::isHan) ? HAN_NAME_LIMIT : NAME_LIMIT;
      case TIME, DATE, AMOUNT -> Integer.MAX_VALUE; // their forms are short by themselves
      case FREE -> FREE_LIMIT;
    };
  }

  /** What the type takes, if the value is something else whatever its length; null if it fits. */
  private static @Nullable String wrongForm(FieldType type, String value) {
    return switch (type) {
      case THING, SHORT_THING, CONST, ENUM ->
          all(value, FieldRule::isPrintable) ? null : "takes no line breaks or control characters";
      case NUMBER -> isNumber(value) ? null : "takes digits, with one decimal point at most";
      case LETTER -> all(value, FieldRule::isAsciiLetter) ? null : "takes the letters a-z and A-Z";
      case SYMBOL -> all(value, FieldRule::isSymbol) ? null : "takes symbols only";
      case CHARACTER_STRING ->
          all(value, c -> isPrintable(c) && !isHan(c))
              ? null
              : "takes letters, digits and symbols, no Chinese and no line breaks";
      case TIME -> TimeForm.isTime(value) ? null : "takes a time such as 15:01 or 2019年10月1日 15:01";
      case DATE ->
          TimeForm.isDate(value) ? null : "takes a date such as 2019年10月1日 or 2019-10-01 15:01";
      case AMOUNT ->
          isAmount(value) ? null : "takes an amount such as ¥39.80 or 39.8元, 10 digits at most";
      case PHONE_NUMBER ->
          all(value, c -> isDigit(c) || ("+-() ".indexOf(c) >= 0))
              ? null
              : "takes digits, +, -, brackets and spaces";
      case CAR_NUMBER ->
          isCarNumber(value) ? null : "takes 2 to 8 letters A-Z and digits, Chinese first or last";
      case NAME ->
          all(value, c -> isPrintable(c) && !Character.isDigit(c))
              ? null
              : "takes letters, Chinese and symbols, no digits";
      case PHRASE -> all(value, FieldRule::isHan) ? null : "takes Chinese characters only";
      case FREE -> null;
    };
  }

  // Cuts between characters as a reader sees them, so that no emoji or accent is broken; null if
  // there is no such place.
  private static @Nullable String cut(String value, int limit) {
    int end = value.offsetByCodePoints(0, limit - 1);
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(value);
    int whole = characters.isBoundary(end) ? end : characters.preceding(end);
    return whole <= 0 ? null : value.substring(0, whole) + ELLIPSIS;
  }

  private static boolean isNumber(String value) {
    int point = value.indexOf('.');
    return point < 0
        ? all(value, FieldRule::isDigit)
        : point > 0
            && point < value.length() - 1
            && all(value.substring(0, point), FieldRule::isDigit)
            && all(value.substring(point + 1), FieldRule::isDigit);
  }

  private static boolean isAmount(String value) {
    int start = "¥￥$€£".indexOf(value.charAt(0)) >= 0 ? 1 : 0;
    int end = value.endsWith("元") ? value.length() - 1 : value.length();
    if (start >= end) {
      return false;
    }
    String number = value.substring(start, end);
    int point = number.indexOf('.');
    int whole = point < 0 ? number.length() : point;
    int decimals = point < 0 ? 0 : number.length() - point - 1;
    return isNumber(number) && whole <= AMOUNT_DIGITS && decimals <= 2;
  }

  // Too long is said by the limit; here only what stands where.
  private static boolean isCarNumber(String value) {
    int last = value.length() - 1;
    if (last < 1 || !isCarEnd(value.charAt(0)) || !isCarEnd(value.charAt(last))) {
      return false;
    }
    return all(value.substring(1, last), FieldRule::isCarLetter);
  }

  private static boolean isCarEnd(int c) {
    return isHan(c) || isCarLetter(c);
  }

  private static boolean isCarLetter(int c) {
    return isDigit(c) || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isAsciiLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isSymbol(int c) {
    return isPrintable(c) && !Character.isLetterOrDigit(c) && !Character.isWhitespace(c);
  }

  private static boolean isPrintable(int c) {
    boolean separatesLines = c == '\u2028' || c == '\u2029';
    return !Character.isISOControl(c) && !separatesLines;
  }

  private static boolean isHan(int c) {
    // The block with nearly all of them is cheap to tell.
    return (c >= 0x4e00 && c <= 0x9fff)
        || (c > 0x7f && Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
  }

  private static boolean all(String value, IntPredicate test) {
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      if (!test.test(c)) {
        return false;
      }
      i += Character.charCount(c);
    }
    return true;
  }
}
