package io.hongyan.gateway.release;

import java.time.LocalDate;
import java.util.OptionalInt;

/** The rules of every account, as a test wants them. */
final class SettableRules implements ReleaseRules {

  private static final LocalDate SOME_DAY = LocalDate.of(2026, 12, 1);

  volatile boolean quiet;
  volatile OptionalInt cap = OptionalInt.empty();
  volatile LocalDate day = SOME_DAY;

  void reset() {
    quiet = false;
    cap = OptionalInt.empty();
    day = SOME_DAY;
  }

  @Override
  public boolean isQuiet(String account) {
    return quiet;
  }

  @Override
  public OptionalInt dailyCap(String account) {
    return cap;
  }

  @Override
  public LocalDate today() {
    return day;
  }
}
