package io.hongyan.common.secret;

/**
 * A value that must not be shown: {@link #toString()} hides it, so it cannot slip into a log or an
 * exception.
 */
public record Secret(String reveal) {

  @Override
  public String toString() {
    return "***";
  }
}
