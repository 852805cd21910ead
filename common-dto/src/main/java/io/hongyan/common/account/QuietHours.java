package io.hongyan.common.account;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;

/**
 * When an account leaves people in peace: the normal lane waits, urgent messages go. What the clock
 * on the wall shows decides, so where clocks are set the quiet hours are longer or shorter, as the
 * night is.
 *
 * @param from first moment of the quiet
 * @param to first moment after it; before {@code from} = on the next day; never equal to it
 * @param zone where the clock hangs
 */
public record QuietHours(LocalTime from, LocalTime to, ZoneId zone) {

  private static final Duration DAY = Duration.ofDays(1);

  /**
   * Checks the times.
   *
   * @throws IllegalArgumentException if they are equal: that could mean always or never
   */
  public QuietHours {
    if (from.equals(to)) {
      throw new IllegalArgumentException("quiet hours from %s to %s".formatted(from, to));
    }
  }

  /** Whether it is quiet at that moment. */
  public boolean isQuiet(Instant now) {
    LocalTime clock = clock(now);
    boolean begun = !clock.isBefore(from);
    boolean over = !clock.isBefore(to);
    return from.isBefore(to) ? begun && !over : begun || !over;
  }

  /** The first moment from then on at which it is not quiet: that moment itself if it is not. */
  public Instant endsAt(Instant now) {
    Instant at = now;
    // The clock leaves the quiet hours by running or by being set across the end; after it was set
    // it may show a quiet time again.
    while (isQuiet(at)) {
      Instant running = at.plus(untilTo(at));
      ZoneOffsetTransition set = zone.getRules().nextTransition(at);
      at = set == null || running.isBefore(set.getInstant()) ? running : set.getInstant();
    }
    return at;
  }

  /** How long the clock takes to show {@code to}, if nobody sets it; above zero. */
  private Duration untilTo(Instant at) {
    Duration wait = Duration.between(clock(at), to);
    return wait.isPositive() ? wait : wait.plus(DAY);
  }

  private LocalTime clock(Instant at) {
    return LocalTime.ofInstant(at, zone);
  }
}
