package io.hongyan.gateway.batch;

import java.util.Locale;

/** What a person may do with a batch; {@link BatchState#actions()} says when. */
public enum BatchAction {
  /** Stop it until it is resumed. */
  PAUSE,
  /** Go on where it stopped. */
  RESUME,
  /** End it; what was not sent is recorded as cancelled. */
  CANCEL,
  /** Start it now, whatever its {@code sendAt}. */
  TRIGGER;

  /** The action as it is written in paths and problem texts. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
