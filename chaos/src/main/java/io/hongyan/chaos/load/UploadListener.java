package io.hongyan.chaos.load;

import java.net.URI;

/**
 * Hears of an upload under way, so that a scenario can break something in the middle of it or slow
 * it down.
 */
@FunctionalInterface
public interface UploadListener {

  /** For uploads that go as fast as they can. */
  UploadListener NONE = piece -> {};

  /**
   * Called before a piece of the body goes out, by the thread that writes it: the upload stands
   * still until this returns. Must not throw.
   */
  void beforePiece(Piece piece);

  /**
   * A part of a body, about to go out.
   *
   * @param gateway to which it goes
   * @param attempt of the submit, from 1
   * @param index from 0
   * @param count how many pieces the body has
   */
  record Piece(URI gateway, int attempt, int index, int count) {}
}
