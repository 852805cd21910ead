package io.hongyan.gateway;

import java.net.URI;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** What several packages share: the clock and Redis. */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean(destroyMethod = "close")
  UnifiedJedis redis(@Value("${hongyan.redis-url}") URI address) {
    return RedisClient.create(address);
  }
}
