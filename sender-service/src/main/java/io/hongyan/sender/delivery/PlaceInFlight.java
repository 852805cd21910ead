package io.hongyan.sender.delivery;

import org.jspecify.annotations.Nullable;

/**
 * One of an account's places in flight, held from before the start row until WeChat has answered:
 * what is recorded after that is in nobody's way. Used by one thread.
 */
final class PlaceInFlight implements AutoCloseable {

  private @Nullable Runnable leave;

  /**
   * @param leave gives the place back; called once
   */
  PlaceInFlight(@Nullable Runnable leave) {
    this.leave = leave;
  }

  /** Of a message that needs none. */
  static PlaceInFlight none() {
    return new PlaceInFlight(null);
  }

  /** The call is over; may be said again. */
  void giveBack() {
    Runnable once = leave;
    leave = null;
    if (once != null) {
      once.run();
    }
  }

  @Override
  public void close() {
    giveBack();
  }
}
