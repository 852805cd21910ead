package io.hongyan.gateway.callback;

import java.net.URI;
import java.time.Duration;
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
  private static final int CONNECTIONS = 64;
  private static final Duration REST = Duration.ofSeconds(1);
  private static final long WELL = 0;

  private final String shared;
  private final RedisClient redis;
  // When it may be tried again, in nanos of this process and never 0; WELL = it worked last time.
  private final AtomicLong awayUntil = new AtomicLong(WELL);

  /**
   * @param shared what gateways share by it, for the log
   * @param timeout longest wait for a free connection, for making one and for an answer, each
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

  /**
   * Runs the command.
   *
   * @throws RedisAwayException if Redis cannot be reached, did not answer in time or refuses; what
   *     was asked may have been done
   */
  <T extends @Nullable Object> T call(Function<UnifiedJedis, T> command) throws RedisAwayException {
    long away = awayUntil.get();
    // Of all who come after the pause one tries, so that a Redis that hangs holds up one.
    if (away != WELL && (System.nanoTime() - away < 0 || !awayUntil.compareAndSet(away, later()))) {
      throw new RedisAwayException(null);
    }
    try {
      T answer = command.apply(redis);
      if (away != WELL && awayUntil.getAndSet(WELL) != WELL) {
        log.info("Redis is back, gateways share {} again", shared);
      }
      return answer;
    } catch (JedisException e) {
      if (awayUntil.getAndSet(later()) == WELL) {
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
