package io.hongyan.sender;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** Says in {@code /actuator/health} whether Redis answers. */
@Component
class RedisHealthIndicator implements HealthIndicator {

  private final UnifiedJedis redis;

  RedisHealthIndicator(UnifiedJedis redis) {
    this.redis = redis;
  }

  @Override
  public Health health() {
    try {
      return Health.up().withDetail("ping", redis.ping()).build();
    } catch (JedisException e) {
      return Health.down(e).build();
    }
  }
}
