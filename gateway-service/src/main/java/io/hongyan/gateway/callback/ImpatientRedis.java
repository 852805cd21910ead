package io.hongyan.gateway.callback;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Redis for work that somebody waits for and that can be done without it: a call waits a moment
 * only, and after a failure none is made for a second. Thread-safe.
 */
final class ImpatientRedis implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ImpatientRedis.class);
  // A command takes a fraction of a millisecond: a few connections do for thousands a second, and
  // more would be made all at once in the moment when many followers write.
  private static final int CONNECTIONS = 16;
  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(2);
  private static final Duration REST = Duration.ofSeconds(1);
  private static final long WELL = 0;

  private final String shared;
  private final RedisClient redis;
  // Its own queue, not the pool's: who waits for a place has learned nothing about Redis.
  private final Semaphore places = new Semaphore(CONNECTIONS, true);
  // When it may be tried again, in nanos of this process and never 0; WELL = it worked last time.
  private final AtomicLong awayUntil = new AtomicLong(WELL);
  // When the first of the failures in a row was; WELL = it worked last time.
  private final AtomicLong awaySince = new AtomicLong(WELL);

  /**
   * @param shared what gateways share by it, for the log
   * @param timeout longest wait for making a connection and for an answer, each
   */
  ImpatientRedis(URI address, String shared, Duration timeout) {
    this.shared = shared;
    GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setMaxWait(timeout);
    int millis = (int) timeout.toMillis();
    // The builder reads user, password and database from the address, and keeps these.
    this.redis =
        RedisClient.builder()
            .fromURI(address)
            .clientConfig(
                DefaultJedisClientConfig.builder(address)
                    .connectionTimeoutMillis(millis)
                    .socketTimeoutMillis(millis)
                    .build())
            .poolConfig(pool)
            .build();
  }

  /** Whether nothing has come of any call for so long. */
  boolean isAwayFor(Duration time) {
    long since = awaySince.get();
    return since != WELL && System.nanoTime() - since >= time.toNanos();
  }

  /**
   * As {@link #call}, for work that must not wait for another to find out whether Redis is back.
   */
  <T extends @Nullable Object> T insist(Function<UnifiedJedis, T> command)
      throws RedisAwayException {
    return take(command, true);
  }

  /**
   * Runs the command, when it is its turn: many may come at once, and that is no sign that Redis is
   * away. While it hangs nobody waits longer than the few who find out.
   *
   * @throws RedisAwayException if Redis cannot be reached, did not answer in time or refuses; what
   *     was asked may have been done. Also if the turn does not come within seconds, or the thread
   *     is interrupted while it waits for it.
   */
  <T extends @Nullable Object> T call(Function<UnifiedJedis, T> command) throws RedisAwayException {
    long away = awayUntil.get();
    if (away != WELL && System.nanoTime() - away < 0) {
      throw new RedisAwayException(null);
    }
    return take(command, false);
  }

  private <T extends @Nullable Object> T take(Function<UnifiedJedis, T> command, boolean insist)
      throws RedisAwayException {
    try {
      if (!places.tryAcquire(LONGEST_QUEUE.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new RedisAwayException(null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisAwayException(null);
    }
    try {
      return callNow(command, insist);
    } finally {
      places.release();
    }
  }

  private <T extends @Nullable Object> T callNow(Function<UnifiedJedis, T> command, boolean insist)
      throws RedisAwayException {
    long away = awayUntil.get();
    // Of all who come after the pause one tries, so that a Redis that hangs holds up one.
    if (!insist
        && away != WELL
        && (System.nanoTime() - away < 0 || !awayUntil.compareAndSet(away, later()))) {
      throw new RedisAwayException(null);
    }
    try {
      T answer = command.apply(redis);
      if (away != WELL && awayUntil.getAndSet(WELL) != WELL) {
        awaySince.set(WELL);
        log.info("Redis is back, gateways share {} again", shared);
      }
      return answer;
    } catch (JedisException e) {
      if (awayUntil.getAndSet(later()) == WELL) {
        awaySince.set(System.nanoTime() | 1);
        // One line for each time it goes away, not one for each message.
        log.warn(
            "Redis away, until it is back each gateway has {} of its own cause={}",
            shared,
            e.toString());
      }
      // The other idle connections are as dead, and would fail one by one.
      redis.getPool().clear();
      throw new RedisAwayException(e);
    }
  }

  private static long later() {
    return (System.nanoTime() + REST.toNanos()) | 1;
  }

  @Override
  public void close() {
    redis.close();
  }
}
