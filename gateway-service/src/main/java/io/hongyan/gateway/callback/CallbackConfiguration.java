package io.hongyan.gateway.callback;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.util.JedisURIHelper;

/** What the callback endpoint is made of that is no component by itself. */
@Configuration(proxyBeanMethods = false)
class CallbackConfiguration {

  // What a healthy Redis needs is a thousandth of it; a sick one must not use up WeChat's patience.
  private static final Duration REDIS_TIMEOUT = Duration.ofMillis(100);
  private static final int REDIS_CONNECTIONS = 32;

  @Bean
  NonceStore nonceStore(@Value("${hongyan.redis-url}") URI address, CallbackProperties properties) {
    return new NonceStore(impatient(address), properties.maxAge().multipliedBy(2));
  }

  /** A client that gives up soon, with a pool of its own so that nobody else's calls hold it up. */
  static RedisClient impatient(URI address) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(REDIS_CONNECTIONS);
    pool.setMaxIdle(REDIS_CONNECTIONS);
    pool.setMaxWait(REDIS_TIMEOUT);
    DefaultJedisClientConfig client =
        DefaultJedisClientConfig.builder(address)
            .connectionTimeoutMillis((int) REDIS_TIMEOUT.toMillis())
            .socketTimeoutMillis((int) REDIS_TIMEOUT.toMillis())
            .build();
    return RedisClient.builder()
        .hostAndPort(JedisURIHelper.getHostAndPort(address))
        .clientConfig(client)
        .poolConfig(pool)
        .build();
  }

  @Bean
  RequestGuard requestGuard(NonceStore nonces, Clock clock, CallbackProperties properties) {
    return new RequestGuard(nonces, clock, properties);
  }
}
