package io.hongyan.sender.gate;

import io.hongyan.common.message.Lane;
import io.hongyan.sender.account.SenderAccount;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Lets one account's messages through to WeChat on this sender: at most so many at once, at most so
 * many a second, urgent ones first. Thread-safe.
 */
final class Turnstile {

  private static final Logger log = LoggerFactory.getLogger(Turnstile.class);
  private static final long REDIS_AWAY_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  // Permits are for now: a block left over from before a pause would be a burst.
  private static final long STOCK_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PermitBucket bucket;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  // One waits for each place that is given back: to wake all of them would cost more than the
  // calls.
  private final Map<Lane, Condition> turns = new EnumMap<>(Lane.class);
  private int inFlight;
  private int urgentWaiting;
  private int stock;
  private long stockLeasedAt;
  private boolean leasing;
  private long nextLeaseAt = System.nanoTime();

  Turnstile(PermitBucket bucket, Clock clock) {
    this.bucket = bucket;
    this.clock = clock;
    for (Lane lane : Lane.values()) {
      turns.put(lane, lock.newCondition());
    }
  }

  /** Waits for a place; false if the patience ran out. Whoever got in must {@link #leave()}. */
  boolean tryEnter(SenderAccount account, Lane lane, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    lock.lockInterruptibly();
    try {
      urgentWaiting += lane == Lane.URGENT ? 1 : 0;
      try {
        return await(account, lane, deadline);
      } finally {
        if (lane == Lane.URGENT && --urgentWaiting == 0) {
          turn(Lane.NORMAL).signalAll();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives the place back after the call. */
  void leave() {
    lock.lock();
    try {
      inFlight--;
      turn(urgentWaiting > 0 ? Lane.URGENT : Lane.NORMAL).signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean await(SenderAccount account, Lane lane, long deadline)
      throws InterruptedException {
    while (true) {
      long now = System.nanoTime();
      boolean myTurn = lane == Lane.URGENT || urgentWaiting == 0;
      if (myTurn && inFlight < account.maxInFlight()) {
        Optional<Integer> rate = account.effectiveRate(clock.instant());
        if (rate.isEmpty() || takeFromStock(now)) {
          inFlight++;
          return true;
        }
        if (!leasing && now - nextLeaseAt >= 0) {
          lease(account, rate.get());
          continue;
        }
      }
      if (now - deadline >= 0) {
        return false;
      }
      long wake =
          !leasing && nextLeaseAt - now > 0
              ? Math.min(deadline - now, nextLeaseAt - now)
              : deadline - now;
      turn(lane).awaitNanos(wake);
    }
  }

  private boolean takeFromStock(long now) {
    if (now - stockLeasedAt > STOCK_LIFE_NANOS) {
      stock = 0;
    }
    if (stock == 0) {
      return false;
    }
    stock--;
    return true;
  }

  /** Called with the lock held; gives it up while Redis is asked. */
  private void lease(SenderAccount account, int rate) {
    leasing = true;
    lock.unlock();
    PermitBucket.Lease lease = null;
    try {
      lease = bucket.lease(account.id(), rate);
    } catch (JedisException e) {
      log.debug("no permits, Redis is away account={}", account.id(), e);
    } finally {
      lock.lock();
      leasing = false;
    }
    long now = System.nanoTime();
    if (lease == null) {
      nextLeaseAt = now + REDIS_AWAY_PAUSE_NANOS;
    } else if (lease.permits() == 0) {
      nextLeaseAt = now + TimeUnit.MILLISECONDS.toNanos(Math.max(1, lease.waitMillis()));
    } else {
      stock = lease.permits();
      stockLeasedAt = now;
      nextLeaseAt = now;
    }
    turns.values().forEach(Condition::signalAll);
  }

  private Condition turn(Lane lane) {
    return Objects.requireNonNull(turns.get(lane));
  }
}
