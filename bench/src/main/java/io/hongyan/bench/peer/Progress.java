package io.hongyan.bench.peer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How far a run through a queue is. Like the product's release, at most {@value #WINDOW} messages
 * are published and not done, so that the queue stays short. Thread-safe.
 */
final class Progress {

  static final int WINDOW = 5_000;

  private final AtomicInteger left;
  private final Semaphore window = new Semaphore(WINDOW);
  private final CountDownLatch over = new CountDownLatch(1);
  private final Failures failures = new Failures();

  Progress(int messages) {
    this.left = new AtomicInteger(messages);
  }

  /** Waits until so many more messages may be published. */
  void awaitRoom(int messages) throws InterruptedException {
    window.acquire(messages);
  }

  /** One message is done for good. */
  void done() {
    window.release();
    if (left.decrementAndGet() == 0) {
      over.countDown();
    }
  }

  /** The run is given up. */
  void fail(Throwable failure) {
    failures.add(failure);
    over.countDown();
  }

  /** Waits for the last message or the first failure. */
  void await() throws InterruptedException, PeerFailedException {
    over.await();
    failures.throwIfAny();
  }
}
