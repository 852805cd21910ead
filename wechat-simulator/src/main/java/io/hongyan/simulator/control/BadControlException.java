package io.hongyan.simulator.control;

import org.jspecify.annotations.Nullable;

/** A control call that can't be understood; answered 400 with the field's name. */
final class BadControlException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String field;

  /**
   * @param field where the mistake is, such as {@code [2].fault.type}; null: the body as a whole
   */
  BadControlException(@Nullable String field, String message) {
    super(message);
    this.field = field;
  }

  @Nullable String field() {
    return field;
  }
}
