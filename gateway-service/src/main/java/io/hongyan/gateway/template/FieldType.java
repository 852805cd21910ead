package io.hongyan.gateway.template;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a template field may hold; WeChat encodes it in the field's name, e.g. {@code thing1}. */
public enum FieldType {
  THING,
  SHORT_THING,
  NUMBER,
  LETTER,
  SYMBOL,
  CHARACTER_STRING,
  TIME,
  DATE,
  AMOUNT,
  PHONE_NUMBER,
  CAR_NUMBER,
  NAME,
  PHRASE,
  CONST,
  ENUM,
  /** Old-style fields ({@code first}, {@code keyword1}, {@code remark}): any text. */
  FREE;

  private static final Pattern TYPED_NAME = Pattern.compile("([a-z_]+)[0-9]+");

  /** The type that a field's name says; {@link #FREE} for every name that says none. */
  public static FieldType ofName(String fieldName) {
    Matcher typed = TYPED_NAME.matcher(fieldName);
    if (typed.matches()) {
      for (FieldType type : values()) {
        if (type != FREE && type.text().equals(typed.group(1))) {
          return type;
        }
      }
    }
    return FREE;
  }

  /** The type as it is written in field names and problem texts, e.g. {@code character_string}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
