package io.hongyan.simulator.settings;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** The settings in force; read on every request, changed by the controls. Thread-safe. */
public final class LiveSettings {

  private final AtomicReference<Settings> current = new AtomicReference<>(Settings.DEFAULTS);

  public Settings current() {
    return current.get();
  }

  /** Returns the settings after the change, which may be tried more than once. */
  public Settings change(UnaryOperator<Settings> change) {
    return current.updateAndGet(change);
  }

  public void reset() {
    current.set(Settings.DEFAULTS);
  }
}
