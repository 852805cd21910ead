package io.hongyan.gateway.callback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * Which nonces were used, and what for: in Redis, for all gateways together. While Redis is away
 * each gateway goes by its own memory, the last 100,000; a nonce that another gateway has seen then
 * counts as new. Thread-safe.
 */
final class NonceStore implements AutoCloseable {

  private static final int LOCAL_SIZE = 100_000;

  private final ImpatientRedis redis;
  private final Duration keep;
  private final Cache<String, String> local;

  /**
   * @param redis closed by this
   * @param keep how long a use is remembered
   */
  NonceStore(ImpatientRedis redis, Duration keep) {
    this.redis = redis;
    this.keep = keep;
    this.local = Caffeine.newBuilder().maximumSize(LOCAL_SIZE).expireAfterWrite(keep).build();
  }

  /** Remembers the use unless there was one; returns the one that was there, null = none. */
  @Nullable String putIfAbsent(String nonce, String use) {
    @Nullable String before =
        call(
            nonce,
            jedis -> jedis.setGet(nonce, use, SetParams.setParams().nx().px(keep.toMillis())),
            () -> local.asMap().putIfAbsent(nonce, use));
    // For when Redis is away.
    local.put(nonce, before == null ? use : before);
    return before;
  }

  /** The use that is remembered, null = none. */
  @Nullable String find(String nonce) {
    return call(nonce, jedis -> jedis.get(nonce), () -> local.getIfPresent(nonce));
  }

  private @Nullable String call(
      String nonce, Function<UnifiedJedis, @Nullable String> inRedis, Lookup inMemory) {
    // What was seen here while Redis was away is not in it.
    @Nullable String known = local.getIfPresent(nonce);
    if (known != null) {
      return known;
    }
    try {
      return redis.call(inRedis);
    } catch (RedisAwayException e) {
      return inMemory.get();
    }
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
