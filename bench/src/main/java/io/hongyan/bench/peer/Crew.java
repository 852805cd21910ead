package io.hongyan.bench.peer;

import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A number of threads that take a batch's messages one after the other until none is left. */
final class Crew {

  /** What is done with one message. */
  @FunctionalInterface
  interface Step {
    void take(Message message) throws Exception;
  }

  private final int size;
  private final ThreadFactory factory;

  Crew(int size, ThreadFactory factory) {
    this.size = size;
    this.factory = factory;
  }

  /** Returns when the last message is done; the first failure ends the run. */
  Took run(Batch batch, Step step) throws PeerFailedException, InterruptedException {
    AtomicInteger seq = new AtomicInteger();
    Failures failures = new Failures();
    long begun = System.nanoTime();
    List<Thread> threads =
        IntStream.range(0, size)
            .mapToObj(i -> factory.newThread(() -> work(batch, seq, step, failures)))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    failures.throwIfAny();
    return Took.since(begun);
  }

  private static void work(Batch batch, AtomicInteger seq, Step step, Failures failures) {
    while (!failures.any()) {
      int next = seq.incrementAndGet();
      if (next > batch.messages()) {
        return;
      }
      try {
        step.take(batch.message(next));
      } catch (Exception e) {
        failures.add(e);
      }
    }
  }
}
