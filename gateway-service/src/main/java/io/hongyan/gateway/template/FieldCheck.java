package io.hongyan.gateway.template;

/** What {@link FieldRule} says about one value. */
public sealed interface FieldCheck {

  /** The value may be sent as it is. */
  record Fits() implements FieldCheck {}

  /** The value was too long and the caller asked for shortening; this one may be sent. */
  record Shortened(String value) implements FieldCheck {}

  /**
   * The value may not be sent.
   *
   * @param reason what is wrong, for programs: {@code empty-value}, {@code too-long} or {@code
   *     invalid-value}
   * @param detail the field, its rule and the value's length, for people; never the value itself,
   *     which may be private
   */
  record Refused(String reason, String detail) implements FieldCheck {}
}
