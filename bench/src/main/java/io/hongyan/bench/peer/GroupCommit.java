package io.hongyan.bench.peer;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes many threads' items in one transaction: one thread takes what has gathered within the
 * linger, has it written and committed, and then completes each item's future. Nothing is tried
 * again: in a benchmark a failed commit is the end of the run. Thread-safe.
 *
 * @param <T> an item to write
 * @param <R> what the writer answers for one item
 */
final class GroupCommit<T, R> implements AutoCloseable {

  /** Writes one group and commits it. */
  @FunctionalInterface
  interface Writer<T, R> {
    /** Results in the items' order. */
    List<R> write(List<T> items) throws SQLException;
  }

  private static final Duration LINGER = Duration.ofMillis(2);
  private static final int LARGEST_GROUP = 500;

  private final Writer<T, R> writer;
  private final long lingerNanos;
  private final int largestGroup;
  private final LinkedBlockingQueue<Waiting<T, R>> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  GroupCommit(String name, Writer<T, R> writer) {
    this(name, writer, LINGER, LARGEST_GROUP);
  }

  GroupCommit(String name, Writer<T, R> writer, Duration linger, int largestGroup) {
    this.writer = writer;
    this.lingerNanos = linger.toNanos();
    this.largestGroup = largestGroup;
    this.thread = Thread.ofPlatform().name(name).start(this::run);
  }

  /** Completes once the item is committed; what depends on it then runs on the writer's thread. */
  CompletableFuture<R> submit(T item) {
    Waiting<T, R> waiting = new Waiting<>(item, new CompletableFuture<>());
    queue.add(waiting);
    return waiting.result();
  }

  /** Ends; what is not written by then never is. */
  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private void run() {
    List<Waiting<T, R>> group = new ArrayList<>();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        gather(group);
        write(group);
        group.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void gather(List<Waiting<T, R>> group) throws InterruptedException {
    group.add(queue.take());
    long deadline = System.nanoTime() + lingerNanos;
    while (group.size() < largestGroup) {
      Waiting<T, R> next = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        return;
      }
      group.add(next);
      queue.drainTo(group, largestGroup - group.size());
    }
  }

  private void write(List<Waiting<T, R>> group) {
    List<R> results;
    try {
      results = writer.write(group.stream().map(Waiting::item).toList());
    } catch (SQLException | RuntimeException e) {
      complete(group, null, e);
      return;
    }
    complete(group, results, null);
  }

  private void complete(
      List<Waiting<T, R>> group, @Nullable List<R> results, @Nullable Exception failure) {
    for (int i = 0; i < group.size(); i++) {
      CompletableFuture<R> future = group.get(i).result();
      if (results == null) {
        future.completeExceptionally(failure);
      } else {
        future.complete(results.get(i));
      }
    }
  }

  private record Waiting<T, R>(T item, CompletableFuture<R> result) {}
}
