package io.hongyan.gateway.inbox;

import io.hongyan.gateway.inbox.SyncLocks.Lease;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Brings people's increments in: the interval first, then the lock, then the work. The lock is held
 * and the interval begins only when the copies are committed, so a crash in between costs the
 * lock's time and nothing else. Thread-safe.
 */
@Component
class UserSync {

  private final SyncTimes times;
  private final SyncLocks locks;
  private final IncrementFinder finder;
  private final CopyWriter writer;
  private final Counter recent;
  private final Counter running;
  private final Counter synced;
  private final Timer took;

  UserSync(
      SyncTimes times,
      SyncLocks locks,
      IncrementFinder finder,
      CopyWriter writer,
      MeterRegistry meters) {
    this.times = times;
    this.locks = locks;
    this.finder = finder;
    this.writer = writer;
    this.recent = shownUp(meters, "recent");
    this.running = shownUp(meters, "running");
    this.synced = shownUp(meters, "synced");
    this.took =
        Timer.builder("hongyan.inbox.sync")
            .description("From a person's showing up to the commit of the person's increments")
            .serviceLevelObjectives(
                Stream.of(2, 5, 10, 20, 50, 100, 500, 1_000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new))
            .register(meters);
  }

  private static Counter shownUp(MeterRegistry meters, String result) {
    return Counter.builder("hongyan.inbox.shown.up")
        .description("People who showed up: synced lately, being synced, or synced by it")
        .tag("result", result)
        .register(meters);
  }

  /**
   * What became of people who showed up.
   *
   * @param recent synced within the interval: nothing was done
   * @param running being synced by somebody else: nothing was done
   * @param synced synced by this call
   * @param written completes when their increments are committed; exceptionally if they were not,
   *     which the next time they show up makes up for
   */
  record ShownUp(
      Set<String> recent,
      Set<String> running,
      Set<String> synced,
      CompletableFuture<Void> written) {}

  /**
   * People showed up: syncs those for whom it is time. Throws what the database throws; then nobody
   * counts as synced, and it may be called again.
   */
  ShownUp shownUp(Set<String> uids) {
    long began = System.nanoTime();
    Set<String> lately = new HashSet<>(times.recent(uids));
    Set<String> due = without(uids, lately);
    Set<String> busy = Set.of();
    Set<String> mine = Set.of();
    CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
    if (!due.isEmpty()) {
      Lease lease = locks.tryAcquire(due);
      busy = without(due, lease.uids());
      // Whose sync ended between the look and the lock.
      Set<String> since = endedSince(lease);
      lately.addAll(since);
      mine = without(lease.uids(), since);
      if (!mine.isEmpty()) {
        written = sync(lease, mine, began);
      }
    }
    recent.increment(lately.size());
    running.increment(busy.size());
    synced.increment(mine.size());
    return new ShownUp(lately, busy, mine, written);
  }

  /**
   * A person opens the inbox: finds what the person lacks, whenever the last sync was, and has it
   * written unless somebody is at it already.
   *
   * @return what the inbox must be read with, since it may not be written yet
   */
  Increments open(String uid) {
    long began = System.nanoTime();
    Increments lacking = finder.find(uid);
    if (lacking.isNews()) {
      Set<String> person = Set.of(uid);
      Lease lease = locks.tryAcquire(person);
      if (!lease.uids().isEmpty()) {
        var unused = sync(lease, person, began);
      }
    }
    return lacking;
  }

  private Set<String> endedSince(Lease lease) {
    boolean looked = false;
    try {
      Set<String> since = lease.uids().isEmpty() ? Set.of() : times.recent(lease.uids());
      looked = true;
      locks.release(lease, since);
      return since;
    } finally {
      if (!looked) {
        locks.release(lease, lease.uids());
      }
    }
  }

  /** Finds, under the lock, has it written, and then ends the lock. */
  private CompletableFuture<Void> sync(Lease lease, Set<String> uids, long began) {
    boolean handedOver = false;
    try {
      List<Increments> news = finder.find(uids).stream().filter(Increments::isNews).toList();
      CompletableFuture<Void> written =
          news.isEmpty() ? CompletableFuture.completedFuture(null) : writer.write(news);
      handedOver = true;
      // Redis may take its time, which is not the writer's.
      return written.whenCompleteAsync(
          (nothing, failure) -> end(lease, uids, failure == null, began),
          Thread::startVirtualThread);
    } finally {
      if (!handedOver) {
        locks.release(lease, uids);
      }
    }
  }

  private void end(Lease lease, Set<String> uids, boolean written, long began) {
    try {
      if (written) {
        times.mark(uids);
        Duration time = Duration.ofNanos(System.nanoTime() - began);
        uids.forEach(uid -> took.record(time));
      }
    } finally {
      locks.release(lease, uids);
    }
  }

  private static Set<String> without(Collection<String> all, Set<String> some) {
    Set<String> rest = new HashSet<>(all);
    rest.removeAll(some);
    return rest;
  }
}
