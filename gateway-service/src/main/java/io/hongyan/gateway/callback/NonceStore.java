package io.hongyan.gateway.callback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/**
 * Which nonces were used, and what for: in Redis, for all gateways together. While Redis is away
 * each gateway remembers its own in memory, the last 100,000; a nonce that another gateway has
 * seen, or this one while Redis was there, then counts as new. Thread-safe.
 */
final class NonceStore implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NonceStore.class);
  private static final int LOCAL_SIZE = 100_000;
  private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RedisClient redis;
  private final Duration keep;
  private final Cache<String, String> local;
  // When one request may try Redis again; 0 = it is there.
  private final AtomicLong retryAt = new AtomicLong();

  /**
   * @param redis with timeouts of some tens of milliseconds: WeChat waits; closed by this
   * @param keep how long a use is remembered
   */
  NonceStore(RedisClient redis, Duration keep) {
    this.redis = redis;
    this.keep = keep;
    this.local = Caffeine.newBuilder().maximumSize(LOCAL_SIZE).expireAfterWrite(keep).build();
  }

  /** Remembers the use unless there was one; returns the one that was there, null = none. */
  @Nullable String putIfAbsent(String nonce, String use) {
    return call(
        nonce,
        () -> redis.setGet(nonce, use, SetParams.setParams().nx().px(keep.toMillis())),
        () -> local.asMap().putIfAbsent(nonce, use));
  }

  /** The use that is remembered, null = none. */
  @Nullable String find(String nonce) {
    return call(nonce, () -> redis.get(nonce), () -> local.getIfPresent(nonce));
  }

  private @Nullable String call(String nonce, Lookup inRedis, Lookup inMemory) {
    // What was seen while Redis was away is not in it.
    @Nullable String known = local.getIfPresent(nonce);
    return known == null ? callRedis(inRedis, inMemory) : known;
  }

  private @Nullable String callRedis(Lookup inRedis, Lookup inMemory) {
    long retry = retryAt.get();
    boolean away = retry != 0;
    // Of all who come after the pause one tries, so that a Redis that hangs holds up one.
    if (away && !(System.nanoTime() - retry >= 0 && retryAt.compareAndSet(retry, later()))) {
      return inMemory.get();
    }
    try {
      @Nullable String found = inRedis.get();
      if (away) {
        retryAt.set(0);
        log.info("Redis is back, nonces are compared with other gateways again");
      }
      return found;
    } catch (JedisException e) {
      failed(e);
      return inMemory.get();
    }
  }

  private void failed(JedisException failure) {
    if (retryAt.getAndSet(later()) == 0) {
      log.warn(
          "Redis failed, for now each gateway refuses replays by what it remembers itself cause={}",
          failure.toString());
      // The other idle connections are as dead, and would fail one by one.
      redis.getPool().clear();
    }
  }

  private static long later() {
    long at = System.nanoTime() + AWAY_NANOS;
    return at == 0 ? 1 : at;
  }

  @Override
  public void close() {
    redis.close();
  }

  /** Looks a nonce up. */
  private interface Lookup {
    @Nullable String get();
  }
}
