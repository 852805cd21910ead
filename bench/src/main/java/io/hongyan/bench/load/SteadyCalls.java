package io.hongyan.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Calls at a steady rate, whether earlier ones are answered or not. */
public final class SteadyCalls {

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private SteadyCalls() {}

  /** One call; it has its answer when it returns. */
  @FunctionalInterface
  public interface Call {
    void make(int number) throws IOException;
  }

  /**
   * Makes calls 0 to count - 1, so many a second, and returns how many milliseconds after its due
   * moment each was answered.
   *
   * @throws IOException the first that a call threw; the rest is not made
   */
  public static List<Double> millis(int count, int perSecond, Call call) throws IOException {
    ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    long begun = System.nanoTime();
    try (ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int next = 0; next < count && failure.get() == null; next++) {
        int number = next;
        long due = begun + number * SECOND_NANOS / perSecond;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        calls.execute(
            () -> {
              try {
                call.make(number);
                millis.add((System.nanoTime() - due) / 1e6);
              } catch (IOException e) {
                failure.compareAndSet(null, e);
              }
            });
      }
    }
    IOException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return List.copyOf(millis);
  }
}
