package io.hongyan.breaker;

import java.lang.reflect.Method;
import java.util.List;
import net.bytebuddy.implementation.bind.annotation.AllArguments;
import net.bytebuddy.implementation.bind.annotation.Argument;
import net.bytebuddy.implementation.bind.annotation.RuntimeType;
import net.bytebuddy.implementation.bind.annotation.SuperMethod;
import net.bytebuddy.implementation.bind.annotation.This;

/**
 * The gateway commits {@code released_to} as soon as it has reserved a chunk, before the broker has
 * it: a chunk whose publishing fails, or whose gateway is killed meanwhile, is never published
 * again. Called by the woven {@code ReleaseCursor}. The gateway's sweeper would mend it after
 * {@code hongyan.lost-after}, so whoever wants to see it must look before.
 */
public final class CursorBeforeConfirm {

  static final Break BREAK =
      new Break(
          "cursor-before-confirm",
          "io.hongyan.gateway.release.ReleaseCursor",
          "reserve",
          3,
          CursorBeforeConfirm.class);

  private CursorBeforeConfirm() {}

  /**
   * Takes the place of {@code List<ReservedRange> reserve(String account, Lane lane, String
   * owner)}. The later {@code complete}, after the confirm, only moves a cursor that stands just
   * before its range: it matches no row and returns an empty list.
   */
  @RuntimeType
  public static Object reserve(
      @This Object cursor,
      @SuperMethod Method original,
      @Argument(2) String owner,
      @AllArguments Object[] arguments) {
    List<?> ranges = (List<?>) Product.call(original, cursor, arguments);
    if (!ranges.isEmpty()) {
      Product.call(
          Product.method(cursor, "complete", List.class, String.class), cursor, ranges, owner);
    }
    return ranges;
  }
}
