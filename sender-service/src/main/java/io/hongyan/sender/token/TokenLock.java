package io.hongyan.sender.token;

import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * The lock under which one sender fetches what an account's programs share: {@code SET NX PX} with
 * a random owner. It ends by itself if its holder dies, and only its owner releases it.
 */
@Component
class TokenLock {

  private final UnifiedJedis redis;
  private final TokenProperties properties;

  TokenLock(UnifiedJedis redis, TokenProperties properties) {
    this.redis = redis;
    this.properties = properties;
  }

  /** Takes the lock of that key if it is free; does not wait. */
  Optional<Lease> tryAcquire(String key) {
    Lease lease = new Lease(key, UUID.randomUUID().toString());
    SetParams ifAbsent = SetParams.setParams().nx().px(properties.lockTtl().toMillis());
    return redis.set(lease.key(), lease.owner(), ifAbsent) == null
        ? Optional.empty()
        : Optional.of(lease);
  }

  /** Gives the lock back if it is still this lease's. */
  void release(Lease lease) {
    TokenStore.deleteIfEqual(redis, lease.key(), lease.owner());
  }

  /** The lock as held by one owner. */
  record Lease(String key, String owner) {}
}
