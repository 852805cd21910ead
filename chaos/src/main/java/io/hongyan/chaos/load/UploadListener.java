package io.hongyan.chaos.load;

/**
 * Hears of an upload under way, so that a scenario can break something in the middle of it or slow
 * it down.
 */
@FunctionalInterface
public interface UploadListener {

  /** For uploads that go as fast as they can. */
  UploadListener NONE = (attempt, piece, pieces) -> {};

  /**
   * Called before a piece of the body goes out, by the thread that writes it: the upload stands
   * still until this returns. Must not throw.
   *
   * @param attempt from 1
   * @param piece from 0
   * @param pieces how many there are
   */
  void beforePiece(int attempt, int piece, int pieces);
}
