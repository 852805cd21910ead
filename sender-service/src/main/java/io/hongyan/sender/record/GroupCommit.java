package io.hongyan.sender.record;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Writes many callers' items in one transaction: one thread takes what has gathered, writes it,
 * commits, and only then lets the callers go on. While the database is away the group is kept and
 * tried again, so a caller waits and nothing is lost. Thread-safe.
 *
 * @param <T> an item to write
 * @param <R> what the writer answers for one item
 */
public final class GroupCommit<T, R> implements AutoCloseable {

  /** Writes one group in one transaction. */
  @FunctionalInterface
  public interface Writer<T, R> {
    /**
     * Results in the items' order. Called again with the same items if the commit's fate is
     * unknown.
     */
    List<R> write(List<T> items);
  }

  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final String name;
  private final Writer<T, R> writer;
  private final long lingerNanos;
  private final int maxGroup;
  private final LinkedBlockingQueue<Waiting<T, R>> queue = new LinkedBlockingQueue<>();
  // Held while a group is written: an interrupt would close the connection under a virtual thread.
  private final ReentrantLock writing = new ReentrantLock();
  private final Thread thread;
  private volatile boolean closing;
  private volatile @Nullable Long failingSince;

  /**
   * Starts the writing thread.
   *
   * @param linger how long the first of a group waits for others
   * @param maxGroup most items in one transaction
   */
  public GroupCommit(String name, Duration linger, int maxGroup, Writer<T, R> writer) {
    this.name = name;
    this.writer = writer;
    this.lingerNanos = linger.toNanos();
    this.maxGroup = maxGroup;
    this.thread = Thread.ofVirtual().name(name).start(this::run);
  }

  /**
   * Waits until the item is committed.
   *
   * @throws UnrecordableException if the database refuses this very item; trying again cannot help
   * @throws InterruptedException if this sender stops before the item is committed; it may or may
   *     not be
   */
  public R submit(T item) throws UnrecordableException, InterruptedException {
    Waiting<T, R> waiting = new Waiting<>(item, new CompletableFuture<>());
    queue.add(waiting);
    if (closing && !thread.isAlive()) {
      throw new InterruptedException(name + " has stopped");
    }
    try {
      return waiting.result().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnrecordableException unrecordable) {
        throw unrecordable;
      }
      throw new InterruptedException(name + " stopped: " + e.getCause());
    }
  }

  /**
   * Writes what has gathered, then stops; items that cannot be written any more fail their callers.
   */
  @Override
  public void close() throws InterruptedException {
    closing = true;
    writing.lock();
    try {
      thread.interrupt();
    } finally {
      writing.unlock();
    }
    thread.join();
    queue.forEach(
        waiting -> waiting.result().completeExceptionally(new InterruptedException("stopped")));
  }

  private void run() {
    List<Waiting<T, R>> group = new ArrayList<>();
    while (gather(group)) {
      beginWriting();
      try {
        write(group);
      } finally {
        writing.unlock();
      }
      group.clear();
    }
  }

  private void beginWriting() {
    writing.lock();
    // Forgets the interrupt if it came since the group was gathered: by now closing is set.
    boolean woken = Thread.interrupted();
    log.trace("writing writer={} woken={}", name, woken);
  }

  /** Fills the group; false once this is closing and nothing is left. */
  private boolean gather(List<Waiting<T, R>> group) {
    if (!closing) {
      try {
        linger(group);
        return true;
      } catch (InterruptedException e) {
        log.debug("woken to stop writer={}", name);
      }
    }
    // What is there is still written, without waiting for more: the wake-up comes only once, and
    // may have come during a write.
    boolean woken = Thread.interrupted();
    queue.drainTo(group, maxGroup - group.size());
    log.debug("closing writer={} rows={} woken={}", name, group.size(), woken);
    return !group.isEmpty();
  }

  private void linger(List<Waiting<T, R>> group) throws InterruptedException {
    group.add(queue.take());
    long deadline = System.nanoTime() + lingerNanos;
    while (group.size() < maxGroup) {
      Waiting<T, R> next = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        return;
      }
      group.add(next);
      queue.drainTo(group, maxGroup - group.size());
    }
  }

  /** How long the writer has been trying one group without success; zero when all goes well. */
  public Duration stuckFor() {
    Long since = failingSince;
    return since == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  private void write(List<Waiting<T, R>> group) {
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        List<R> results = writer.write(group.stream().map(Waiting::item).toList());
        failingSince = null;
        complete(group, results);
        return;
      } catch (DataIntegrityViolationException e) {
        writeOneByOne(group, e);
        return;
      } catch (RuntimeException e) {
        // Everything else is taken for a bad day of the database: rows wait, unacked, until it is
        // back.
        if (pause == FIRST_PAUSE_MILLIS) {
          log.warn("commit failed, trying until it works writer={} rows={}", name, group.size(), e);
        }
        if (failingSince == null) {
          failingSince = System.nanoTime();
        }
        if (closing) {
          fail(group, e);
          return;
        }
        pause(pause);
        pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      }
    }
  }

  private void writeOneByOne(List<Waiting<T, R>> group, DataIntegrityViolationException cause) {
    if (group.size() == 1) {
      fail(group, new UnrecordableException(cause));
      return;
    }
    for (Waiting<T, R> waiting : group) {
      write(List.of(waiting));
    }
  }

  private void complete(List<Waiting<T, R>> group, List<R> results) {
    for (int i = 0; i < group.size(); i++) {
      group.get(i).result().complete(results.get(i));
    }
  }

  private void fail(List<Waiting<T, R>> group, Throwable cause) {
    group.forEach(waiting -> waiting.result().completeExceptionally(cause));
  }

  private void pause(long millis) {
    writing.unlock();
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      // Closing; the loop tries once more and then fails the group.
      log.debug("woken to stop writer={}", name);
    } finally {
      beginWriting();
    }
  }

  private record Waiting<T, R>(T item, CompletableFuture<R> result) {}
}
