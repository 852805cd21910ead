package io.hongyan.sender;

import io.hongyan.common.secret.InternalKey;
import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.sender.record.Worker;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** What several packages share: the clock, Redis, the master key, this sender's name. */
@Configuration(proxyBeanMethods = false)
class SenderConfiguration {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean(destroyMethod = "close")
  UnifiedJedis redis(@Value("${hongyan.redis-url}") URI address) {
    return RedisClient.create(address);
  }

  @Bean
  SecretCipher secretCipher(@Value("${hongyan.master-key:}") String masterKey) {
    return SecretCipher.ofMasterKey(new Secret(masterKey));
  }

  /** After the cipher, whose message says what is wrong with a master key. */
  @Bean
  @DependsOn("secretCipher")
  InternalKey internalKey(@Value("${hongyan.master-key:}") String masterKey) {
    return InternalKey.ofMasterKey(new Secret(masterKey));
  }

  @Bean
  Worker worker() throws UnknownHostException {
    return new Worker(
        InetAddress.getLocalHost().getHostName() + ":" + ProcessHandle.current().pid());
  }
}
