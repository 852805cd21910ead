package io.hongyan.sender.token;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import redis.clients.jedis.UnifiedJedis;

/**
 * Where all senders, and programs that use WxJava's Redis layout, find an account's token or
 * ticket. Every method goes to Redis and throws {@link
 * redis.clients.jedis.exceptions.JedisException} if it is away.
 */
@Component
class TokenStore {

  private static final String FIND =
      """
      local value = redis.call('get', KEYS[1])
      if not value then
        return nil
      end
      return {value, redis.call('pttl', KEYS[1])}
      """;
  private static final String STORE_IF_OWNER =
      """
      if redis.call('get', KEYS[1]) == ARGV[1] then
        redis.call('set', KEYS[2], ARGV[2], 'px', ARGV[3])
        return 1
      end
      return 0
      """;
  private static final String DELETE_IF_EQUAL =
      """
      if redis.call('get', KEYS[1]) == ARGV[1] then
        return redis.call('del', KEYS[1])
      end
      return 0
      """;

  /** What a key without an end is trusted for: nobody knows more. */
  private static final Duration UNKNOWN_END = Duration.ofMinutes(1);

  private final UnifiedJedis redis;

  TokenStore(UnifiedJedis redis) {
    this.redis = redis;
  }

  /** What is stored there, and for how long yet. */
  Optional<Credential> find(String key) {
    @Nullable Object found = redis.eval(FIND, List.of(key), List.of());
    if (!(found instanceof List<?> pair)) {
      return Optional.empty();
    }
    long millis = (Long) pair.get(1);
    Duration left = millis < 0 ? UNKNOWN_END : Duration.ofMillis(millis);
    return Optional.of(new Credential((String) pair.get(0), left));
  }

  /** Stores the value only if the lock is still held; returns whether it was. */
  boolean storeIfOwner(TokenLock.Lease lease, String key, Credential credential) {
    Object stored =
        redis.eval(
            STORE_IF_OWNER,
            List.of(lease.key(), key),
            List.of(
                lease.owner(),
                credential.reveal(),
                String.valueOf(credential.expiresIn().toMillis())));
    return Long.valueOf(1).equals(stored);
  }

  /** Forgets the value only if it is still this one: another program may have replaced it. */
  void deleteIfEqual(String key, String value) {
    deleteIfEqual(redis, key, value);
  }

  /** Compare-and-delete on any key, for {@link TokenLock}. */
  static void deleteIfEqual(UnifiedJedis redis, String key, String value) {
    redis.eval(DELETE_IF_EQUAL, List.of(key), List.of(value));
  }
}
