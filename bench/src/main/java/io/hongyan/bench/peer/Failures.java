package io.hongyan.bench.peer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Counts what goes wrong in a run and keeps the first. Thread-safe. */
final class Failures {

  private final AtomicInteger count = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

  void add(Throwable failure) {
    first.compareAndSet(null, failure);
    count.incrementAndGet();
  }

  boolean any() {
    return count.get() > 0;
  }

  void throwIfAny() throws PeerFailedException {
    Throwable cause = first.get();
    if (cause != null) {
      throw new PeerFailedException(Math.max(1, count.get()), cause);
    }
  }
}
