package io.hongyan.sender.token;

import io.hongyan.sender.wechat.AccessToken;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import redis.clients.jedis.UnifiedJedis;

/**
 * Where all senders, and programs that use WxJava's Redis layout, find an account's token. Every
 * method goes to Redis and throws {@link redis.clients.jedis.exceptions.JedisException} if it is
 * away.
 */
@Component
class TokenStore {

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

  private final UnifiedJedis redis;
  private final String keyPrefix;

  TokenStore(UnifiedJedis redis, TokenProperties properties) {
    this.redis = redis;
    this.keyPrefix = properties.keyPrefix();
  }

  Optional<AccessToken> find(String appId) {
    return Optional.ofNullable(redis.get(key(appId))).map(AccessToken::new);
  }

  /** Stores the token only if the lock is still held; returns whether it was. */
  boolean storeIfOwner(TokenLock.Lease lease, AccessToken token, Duration ttl) {
    Object stored =
        redis.eval(
            STORE_IF_OWNER,
            List.of(lease.key(), key(lease.appId())),
            List.of(lease.owner(), token.reveal(), String.valueOf(ttl.toMillis())));
    return Long.valueOf(1).equals(stored);
  }

  /** Forgets the token only if it is still this one: another sender may have replaced it. */
  void deleteIfEqual(String appId, AccessToken token) {
    redis.eval(DELETE_IF_EQUAL, List.of(key(appId)), List.of(token.reveal()));
  }

  /** Compare-and-delete on any key, for {@link TokenLock}. */
  static void deleteIfEqual(UnifiedJedis redis, String key, String value) {
    redis.eval(DELETE_IF_EQUAL, List.of(key), List.of(value));
  }

  private String key(String appId) {
    return keyPrefix + ":access_token:" + appId;
  }
}
