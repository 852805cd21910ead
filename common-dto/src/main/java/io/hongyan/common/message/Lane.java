package io.hongyan.common.message;

/** The two lanes of an account; an urgent message never waits behind a normal one. */
public enum Lane {
  NORMAL,
  URGENT;

  /** The lane as it is written in JSON, SQL and settings: {@code normal} or {@code urgent}. */
  public String priority() {
    return this == URGENT ? "urgent" : "normal";
  }

  /** Reads {@code normal} or {@code urgent}. */
  public static Lane ofPriority(String priority) {
    return switch (priority) {
      case "normal" -> NORMAL;
      case "urgent" -> URGENT;
      default ->
          throw new IllegalArgumentException("priority is normal or urgent, not " + priority);
    };
  }
}
