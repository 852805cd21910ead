package io.hongyan.gateway.inbox;

import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Redis as the inbox uses it: a help that may be missing. After a failure it is not asked for a
 * while, so that an outage costs one timeout now and then and not one a call. Thread-safe.
 */
@Component
class InboxRedis {

  private static final Logger log = LoggerFactory.getLogger(InboxRedis.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

  private final UnifiedJedis redis;
  private volatile long failedNanos = System.nanoTime() - PAUSE_NANOS;
  private volatile boolean away;

  InboxRedis(UnifiedJedis redis) {
    this.redis = redis;
  }

  /** What Redis answers to the call, or the other value while it is away. */
  <T> T ask(Function<UnifiedJedis, T> call, T whileAway) {
    if (System.nanoTime() - failedNanos < PAUSE_NANOS) {
      return whileAway;
    }
    try {
      T answer = call.apply(redis);
      if (away) {
        away = false;
        log.info("redis back for the inbox");
      }
      return answer;
    } catch (JedisException e) {
      failedNanos = System.nanoTime();
      if (!away) {
        away = true;
        log.warn("redis away, the inbox goes on without it cause={}", e.toString());
      }
      return whileAway;
    }
  }
}
