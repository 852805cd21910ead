package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.sender.Samples;
import io.hongyan.sender.consume.StandInGateway.Account;
import io.hongyan.test.TestServers;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** What must never stand in a log, however badly WeChat treats our tokens. */
@Timeout(60)
class SecretsInLogsIT {

  private static final String TOKEN_CALL = "/cgi-bin/stable_token";

  private final RunningSender sender = RunningSender.get();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("io.hongyan");

  @BeforeEach
  void listen() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(root.getLoggerContext());
    encoder.setPattern("%level %logger %msg%n%ex{full}");
    encoder.start();
    appender.setContext(root.getLoggerContext());
    appender.setEncoder(encoder);
    appender.setOutputStream(logged);
    appender.start();
    root.addAppender(appender);
    ours.setLevel(Level.DEBUG);
  }

  @AfterEach
  void stopListening() {
    ours.setLevel(null);
    root.detachAppender(appender);
    appender.stop();
    sender.wechat.clearFaults();
  }

  @Test
  void neitherTokenNorSecretNorOpenidIsLogged() {
    Account account = sender.gateway.account();
    Account unlucky = sender.gateway.account();
    List<String> tokens = new ArrayList<>();
    try (UnifiedJedis redis = RedisClient.create(URI.create(TestServers.get().redisUrl()))) {
      send(account, "success 1");
      tokens.add(redis.get("wx:access_token:" + account.appId()));
      sender.wechat.retireToken(account.appId());
      send(account, "success 2");
      tokens.add(redis.get("wx:access_token:" + account.appId()));
      sender.wechat.fault(unlucky.appId(), TOKEN_CALL, 1, "{\"type\":\"status\",\"status\":502}");
      sender.wechat.fault(unlucky.appId(), TOKEN_CALL, 1, "{\"type\":\"close\"}");
      send(unlucky, "success 1");
      tokens.add(redis.get("wx:access_token:" + unlucky.appId()));
    }
    sender.wechat.failSends(account.appId(), 0, 1_000, "{\"type\":\"errcode\",\"errcode\":40001}");
    sender.gateway.publish(account);
    await()
        .atMost(Duration.ofSeconds(25))
        .until(() -> sender.gateway.gate(account).equals("token-refused"));

    String log = logged.toString(StandardCharsets.UTF_8);

    assertThat(log).as("the log of this run").contains("token", account.id(), "attempt made");
    assertThat(tokens).doesNotHaveDuplicates().doesNotContainNull();
    assertThat(log).doesNotContain(tokens).doesNotContain(Samples.SECRET, "oSomebody");
  }

  private void send(Account account, String outcome) {
    BatchId batch = sender.gateway.batch(account, 1);
    MessageId id = sender.gateway.publish(account, account.message(batch, "oSomebody", null));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(sender.messages.outcome(id)).matches(outcome));
  }
}
