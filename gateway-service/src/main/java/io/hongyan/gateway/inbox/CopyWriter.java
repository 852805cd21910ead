package io.hongyan.gateway.inbox;

import io.hongyan.gateway.inbox.InboxMapper.ErasedUser;
import io.hongyan.gateway.web.DatabaseAway;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Writes people's increments in groups: what gathers while one group is written is the next. Copies
 * and floors are one commit, so whatever is lost on the way, by a crash or because the database is
 * away, is found again from the old floor; nothing is tried twice here. Thread-safe.
 */
@Component
class CopyWriter implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(CopyWriter.class);

  private final InboxMapper mapper;
  private final TransactionOperations transactions;
  private final Clock clock;
  private final int maxGroup;
  private final int maxWaiting;
  private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final AtomicInteger waitingPeople = new AtomicInteger();
  private final Counter copies;
  private final Thread thread;
  private volatile boolean stopping;
  private boolean databaseAway; // the writer's own

  CopyWriter(
      InboxMapper mapper,
      TransactionOperations transactions,
      Clock clock,
      InboxProperties properties,
      MeterRegistry meters) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.clock = clock;
    this.maxGroup = properties.maxGroup();
    this.maxWaiting = properties.maxWaiting();
    this.copies =
        Counter.builder("hongyan.inbox.copies")
            .description("Copies of announcements written for people who showed up")
            .register(meters);
    meters.gauge("hongyan.inbox.waiting", waitingPeople);
    this.thread = Thread.ofPlatform().name("inbox-copies").start(this::run);
  }

  /**
   * Writes them soon. Completes when they are committed; exceptionally if they were not, or not as
   * far as anybody knows, or at once if too many wait.
   *
   * @param increments of different people
   */
  CompletableFuture<Void> write(List<Increments> increments) {
    int people = increments.size();
    if (waitingPeople.addAndGet(people) > maxWaiting) {
      waitingPeople.addAndGet(-people);
      return CompletableFuture.failedFuture(
          new RejectedExecutionException("too many people wait for their copies"));
    }
    Waiting waiting = new Waiting(increments, new CompletableFuture<>());
    queue.add(waiting);
    return waiting.written();
  }

  /** Writes one person's increments in the transaction in hand, for who cannot wait. */
  void writeNow(Increments increments) {
    store(List.of(increments));
  }

  private void run() {
    List<Waiting> group = new ArrayList<>();
    while (gather(group)) {
      Throwable failure = write(merged(group).values());
      for (Waiting waiting : group) {
        waitingPeople.addAndGet(-waiting.increments().size());
        if (failure == null) {
          waiting.written().complete(null);
        } else {
          waiting.written().completeExceptionally(failure);
        }
      }
      group.clear();
    }
  }

  /** Fills the group; false once this is stopping and nothing is left. */
  private boolean gather(List<Waiting> group) {
    Waiting next;
    try {
      next = stopping ? queue.poll() : queue.take();
    } catch (InterruptedException e) {
      log.warn("inbox writer interrupted, what was not written is found again");
      return false;
    }
    if (next == null) {
      return false;
    }
    int people = 0;
    while (next != null) {
      group.add(next);
      people += next.increments().size();
      next = people < maxGroup ? queue.poll() : null;
    }
    return true;
  }

  /** By uid: one statement must not touch a row twice. */
  private static Map<String, Increments> merged(List<Waiting> group) {
    Map<String, Increments> merged = new TreeMap<>();
    for (Waiting waiting : group) {
      for (Increments increments : waiting.increments()) {
        merged.merge(increments.uid(), increments, Increments::and);
      }
    }
    return merged;
  }

  private @Nullable Throwable write(Collection<Increments> group) {
    if (group.isEmpty()) {
      return null;
    }
    try {
      Boolean whole = transactions.execute(transaction -> store(List.copyOf(group)));
      databaseAway = false;
      // Nobody of it counts as synced then; those who were written are found to lack nothing.
      return Boolean.TRUE.equals(whole) ? null : new IllegalStateException("somebody was erased");
    } catch (RuntimeException e) {
      // One line for each outage, not one for each group.
      if (!DatabaseAway.isCauseOf(e)) {
        log.error("inbox copies not written, found again later people={}", group.size(), e);
      } else if (!databaseAway) {
        databaseAway = true;
        log.warn("database away, inbox copies are found again later cause={}", e.toString());
      }
      return e;
    }
  }

  /** Returns whether all of it was written; what was found before an erasure is left out. */
  private boolean store(List<Increments> found) {
    mapper.lockErasuresOut();
    List<Increments> group = withoutErased(found);
    if (group.isEmpty()) {
      return false;
    }
    List<String> people = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    for (Increments increments : group) {
      for (Long id : increments.announcements()) {
        people.add(increments.uid());
        ids.add(id);
      }
    }
    mapper.moveFloors(
        group.stream().map(Increments::uid).toArray(String[]::new),
        group.stream().map(Increments::floor).toArray(Long[]::new),
        clock.instant());
    if (!ids.isEmpty()) {
      copies.increment(mapper.writeCopies(people.toArray(String[]::new), ids.toArray(Long[]::new)));
    }
    return group.size() == found.size();
  }

  // What was found before a person was erased would bring them back.
  private List<Increments> withoutErased(List<Increments> group) {
    Map<String, Instant> erased = new HashMap<>();
    for (ErasedUser user :
        mapper.findErased(group.stream().map(Increments::uid).toArray(String[]::new))) {
      erased.put(user.uid(), user.before());
    }
    return group.stream()
        .filter(
            increments ->
                !increments.foundAt().isBefore(erased.getOrDefault(increments.uid(), Instant.MIN)))
        .toList();
  }

  /** Writes what waits, then stops. */
  @Override
  public void destroy() throws InterruptedException {
    stopping = true;
    queue.add(new Waiting(List.of(), new CompletableFuture<>())); // wakes the writer
    thread.join();
  }

  /** One call's increments. */
  private record Waiting(List<Increments> increments, CompletableFuture<Void> written) {}
}
