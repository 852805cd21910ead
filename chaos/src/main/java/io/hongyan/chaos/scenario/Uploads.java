package io.hongyan.chaos.scenario;

import io.hongyan.chaos.load.UploadListener;
import io.hongyan.stack.http.Deadline;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The uploads of a round: how far they are, which gateway reads, and how slowly they go. */
final class Uploads implements UploadListener {

  private static final Duration SLOW_PIECE_TAKES = Duration.ofMillis(500);

  private final boolean slow;
  private final AtomicInteger pieces = new AtomicInteger();
  private final AtomicReference<@Nullable URI> reader = new AtomicReference<>();

  /**
   * @param slow whether first attempts take their time, so that there is something to break
   */
  Uploads(boolean slow) {
    this.slow = slow;
  }

  @Override
  public void beforePiece(Piece piece) {
    pieces.incrementAndGet();
    reader.set(piece.gateway());
    if (slow && piece.attempt() == 1) {
      Deadline.pass(SLOW_PIECE_TAKES);
    }
  }

  /** Pieces of bodies that have been sent so far. */
  int pieces() {
    return pieces.get();
  }

  /** Whether this gateway was sent the latest piece. */
  boolean isReadBy(URI gateway) {
    return gateway.equals(reader.get());
  }
}
