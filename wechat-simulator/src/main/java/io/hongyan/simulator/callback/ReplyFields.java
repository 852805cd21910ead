package io.hongyan.simulator.callback;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of an answer, whether it came as XML or as JSON. */
interface ReplyFields {

  /** A text or a number; null when it is absent or neither. */
  @Nullable String text(String name);

  /** Fields inside a field; null when it is absent or has none. */
  @Nullable ReplyFields part(String name);

  /** What {@code Articles} holds; empty when it is absent. */
  List<ReplyFields> articles();
}
