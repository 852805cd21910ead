package io.hongyan.simulator.template;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What WeChat allows in a field, by the type its name begins with ({@code thing1}). Written from
 * WeChat's pages, not from the gateway's rules, so that a mistake on either side shows.
 */
@SuppressWarnings("ImmutableEnumChecker") // every rule is a function without state
enum FieldType {
  THING(value -> isPlain(value) && length(value) <= 20),
  NUMBER(matching("\\d+(\\.\\d+)?").and(value -> length(value) <= 32)),
  LETTER(matching("[A-Za-z]{1,32}")),
  SYMBOL(matching("[\\p{Punct}\\p{S}\\p{P}]{1,5}")),
  CHARACTER_STRING(value -> isPlain(value) && !hasHan(value) && length(value) <= 32),
  TIME(new TimeForms()::isTimeOrRange),
  DATE(new TimeForms()::isDateOrRange),
  AMOUNT(matching("\\p{Sc}?\\d{1,10}(\\.\\d{1,2})?元?")),
  PHONE_NUMBER(matching("[0-9+\\-() ]{1,17}")),
  CAR_NUMBER(matching("[\\p{IsHan}A-Za-z0-9][A-Za-z0-9]{0,6}[\\p{IsHan}A-Za-z0-9]")),
  // Mixed names count as Chinese ones: ten characters.
  NAME(value -> isPlain(value) && length(value) <= (hasHan(value) ? 10 : 20)),
  PHRASE(matching("\\p{IsHan}{1,5}")),
  // The values reviewed for a const or enum are not part of the template's text: length only.
  CONST(value -> isPlain(value) && length(value) <= 20),
  ENUM(value -> isPlain(value) && length(value) <= 20);

  private static final Map<String, FieldType> BY_NAME =
      Arrays.stream(values())
          .collect(
              Collectors.toUnmodifiableMap(
                  type -> type.name().toLowerCase(Locale.ROOT), Function.identity()));

  private final Predicate<String> rule;

  FieldType(Predicate<String> rule) {
    this.rule = rule;
  }

  /** Null for a prefix that is no documented type. */
  static @Nullable FieldType find(String prefix) {
    return BY_NAME.get(prefix);
  }

  boolean allows(String value) {
    return rule.test(value);
  }

  private static Predicate<String> matching(String pattern) {
    return Pattern.compile(pattern).asMatchPredicate();
  }

  private static int length(String value) {
    return value.codePointCount(0, value.length());
  }

  private static boolean isPlain(String value) {
    return value.chars().noneMatch(Character::isISOControl);
  }

  private static boolean hasHan(String value) {
    return value
        .codePoints()
        .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
  }
}
