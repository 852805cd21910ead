package io.hongyan.gateway.callback;

import io.hongyan.gateway.callback.ReplyStore.Kept;
import io.hongyan.gateway.callback.ReplyStore.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs of life for the runs of this gateway, four in a lease; and what could not be kept because
 * Redis was away is kept as soon as it is back. Thread-safe.
 */
final class ReplyLeases {

  private static final Logger log = LoggerFactory.getLogger(ReplyLeases.class);
  private static final int PORTION = 500;
  private static final Duration AGAIN = Duration.ofMillis(100);
  // Each is a reply of some kilobytes that other gateways may want.
  private static final int MOST_UNKEPT = 1_000;

  private final ReplyStore store;
  private final ReplyProperties properties;
  private final Set<Lease> held = ConcurrentHashMap.newKeySet();
  private final Map<Lease, Unkept> unkept = new ConcurrentHashMap<>();
  private volatile @Nullable Thread worker;

  ReplyLeases(ReplyStore store, ReplyProperties properties) {
    this.store = store;
    this.properties = properties;
  }

  /** Renews it from now on; also one that Redis does not have yet. */
  void hold(Lease lease) {
    held.add(lease);
  }

  private void drop(Lease lease) {
    held.remove(lease);
  }

  /**
   * Keeps the run's result for all gateways and ends its lease.
   *
   * @return what counts: another gateway may have kept a result of its own before
   */
  KeptReply keep(Lease lease, KeptReply result) {
    try {
      Kept kept = store.keep(lease, result);
      return kept instanceof Kept.ByAnother other ? other.reply() : result;
    } catch (RedisAwayException e) {
      if (unkept.size() < MOST_UNKEPT) {
        unkept.put(lease, new Unkept(result, System.nanoTime()));
      }
      return result;
    } finally {
      drop(lease);
    }
  }

  /** Starts to renew; a thread of its own, so that busy handlers do not keep it from running. */
  void start() {
    Thread thread = Thread.ofPlatform().daemon().name("reply-leases").unstarted(this::run);
    worker = thread;
    thread.start();
  }

  /** Ends the lease now, so that another gateway need not wait for its end. */
  void giveBack(Lease lease) {
    drop(lease);
    try {
      store.release(lease);
    } catch (RedisAwayException e) {
      // It ends by itself.
    }
  }

  /** Stops to renew. */
  void stop() {
    Thread thread = worker;
    worker = null;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void run() {
    Duration pause = properties.renewal();
    while (worker == Thread.currentThread()) {
      try {
        Thread.sleep(pause);
        pause = properties.renewal();
        renew();
        keepLate();
      } catch (RedisAwayException e) {
        // Said by who noticed first. One connection that broke must not cost the leases.
        pause = Collections.min(List.of(properties.renewal(), AGAIN));
      } catch (RuntimeException e) {
        // Without signs of life every run here would be taken over.
        log.error("leases not renewed, tried again a quarter of a lease later", e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void renew() throws RedisAwayException {
    List<Lease> all = new ArrayList<>(held);
    for (int from = 0; from < all.size(); from += PORTION) {
      store.renew(all.subList(from, Math.min(all.size(), from + PORTION)));
    }
  }

  private void keepLate() throws RedisAwayException {
    for (Map.Entry<Lease, Unkept> late : unkept.entrySet()) {
      boolean wanted =
          System.nanoTime() - late.getValue().since() < properties.allTries().toNanos();
      if (wanted) {
        store.keep(late.getKey(), late.getValue().result());
      }
      unkept.remove(late.getKey());
    }
  }

  /** A result that Redis does not have. */
  private record Unkept(KeptReply result, long since) {}
}
