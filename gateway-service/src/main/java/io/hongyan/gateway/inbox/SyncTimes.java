package io.hongyan.gateway.inbox;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.params.SetParams;

/**
 * Knows who was synced within the interval: from a bounded memory of its own, then from Redis, one
 * read for a whole group. While Redis is away only the memory is asked. Thread-safe.
 */
@Component
class SyncTimes {

  private static final String KEY = "hongyan:inbox:synced:";
  private static final String NEVER = "0";

  private final InboxRedis redis;
  private final Clock clock;
  private final long intervalMillis;
  // When a person was synced, in epoch milliseconds.
  private final Cache<String, Long> here;

  SyncTimes(InboxRedis redis, Clock clock, InboxProperties properties) {
    this.redis = redis;
    this.clock = clock;
    this.intervalMillis = properties.syncInterval().toMillis();
    this.here =
        Caffeine.newBuilder()
            .maximumSize(properties.recentUsers())
            .expireAfterWrite(properties.syncInterval())
            .build();
  }

  /** Those who were synced within the interval, as far as anybody remembers. */
  Set<String> recent(Collection<String> uids) {
    long now = clock.millis();
    Set<String> recent = new HashSet<>();
    List<String> unknown = new ArrayList<>();
    for (String uid : uids) {
      if (isRecent(here.getIfPresent(uid), now)) {
        recent.add(uid);
      } else {
        unknown.add(uid);
      }
    }
    if (!unknown.isEmpty()) {
      askRedis(unknown, now, recent);
    }
    return recent;
  }

  private void askRedis(List<String> uids, long now, Set<String> recent) {
    String[] keys = uids.stream().map(SyncTimes::key).toArray(String[]::new);
    List<String> values =
        redis.ask(
            jedis ->
                jedis.mget(keys).stream()
                    .map(value -> Objects.requireNonNullElse(value, NEVER))
                    .toList(),
            List.of());
    for (int i = 0; i < values.size(); i++) {
      // A gateway whose clock is ahead must not keep people from being synced for longer.
      long at = Math.min(now, Long.parseLong(values.get(i)));
      if (isRecent(at, now)) {
        here.put(uids.get(i), at);
        recent.add(uids.get(i));
      }
    }
  }

  /** Remembers, here and in Redis, that they were synced now. */
  void mark(Collection<String> uids) {
    long now = clock.millis();
    uids.forEach(uid -> here.put(uid, now));
    SetParams forTheInterval = SetParams.setParams().px(intervalMillis);
    redis.ask(
        jedis -> {
          try (AbstractPipeline pipeline = jedis.pipelined()) {
            uids.forEach(uid -> pipeline.set(key(uid), Long.toString(now), forTheInterval));
          }
          return true;
        },
        false);
  }

  /** Nobody remembers the person any more, but other gateways for an interval. */
  void forget(String uid) {
    here.invalidate(uid);
    redis.ask(jedis -> jedis.del(key(uid)), 0L);
  }

  private boolean isRecent(@Nullable Long at, long now) {
    return at != null && now - at < intervalMillis;
  }

  static String key(String uid) {
    return KEY + uid;
  }
}
