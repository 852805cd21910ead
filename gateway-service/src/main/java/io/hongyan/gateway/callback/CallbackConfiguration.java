package io.hongyan.gateway.callback;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the callback endpoint is made of that is no component by itself. */
@Configuration(proxyBeanMethods = false)
class CallbackConfiguration {

  // What a healthy Redis needs is a thousandth of it; a sick one must not use up WeChat's patience.
  private static final Duration REDIS_TIMEOUT = Duration.ofMillis(100);

  @Bean
  NonceStore nonceStore(@Value("${hongyan.redis-url}") URI address, CallbackProperties properties) {
    return new NonceStore(impatient(address), properties.maxAge().multipliedBy(2));
  }

  /** With connections of its own, so that nobody else's calls hold it up. */
  static ImpatientRedis impatient(URI address) {
    return new ImpatientRedis(address, "nonces", REDIS_TIMEOUT);
  }

  @Bean
  RequestGuard requestGuard(NonceStore nonces, Clock clock, CallbackProperties properties) {
    return new RequestGuard(nonces, clock, properties);
  }
}
