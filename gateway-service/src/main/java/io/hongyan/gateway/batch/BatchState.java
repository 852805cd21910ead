package io.hongyan.gateway.batch;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a batch stands, and what a person may do with it there. By itself a batch goes from
 * scheduled to releasing, released and done; the system may pause it, with a reason.
 */
public enum BatchState {
  /** Waits for its {@code sendAt}. */
  SCHEDULED,
  /** Its messages are being put into the queue. */
  RELEASING,
  /** All messages are queued; some have no outcome yet. */
  RELEASED,
  /** Every message has an outcome. */
  DONE,
  /** Stopped until somebody resumes it; queued messages wait. */
  PAUSED,
  /** Ended by a person; what was not sent is recorded as cancelled. */
  CANCELLED;

  /** What a person may do with a batch in this state. */
  public Set<BatchAction> actions() {
    return switch (this) {
      case SCHEDULED -> EnumSet.of(BatchAction.PAUSE, BatchAction.CANCEL, BatchAction.TRIGGER);
      case RELEASING, RELEASED -> EnumSet.of(BatchAction.PAUSE, BatchAction.CANCEL);
      case PAUSED -> EnumSet.of(BatchAction.RESUME, BatchAction.CANCEL, BatchAction.TRIGGER);
      case DONE, CANCELLED -> EnumSet.noneOf(BatchAction.class);
    };
  }

  /** The states in which the action is possible. */
  static Set<BatchState> allowing(BatchAction action) {
    return Stream.of(values())
        .filter(state -> state.actions().contains(action))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(BatchState.class)));
  }

  /** The state as it is written in JSON and SQL. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads {@link #text()}. */
  public static Optional<BatchState> ofText(String text) {
    return Stream.of(values()).filter(state -> state.text().equals(text)).findFirst();
  }
}
