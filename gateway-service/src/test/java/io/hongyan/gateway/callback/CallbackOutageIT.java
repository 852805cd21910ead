package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The endpoint while a server is away, and while an internal system takes its time. */
class CallbackOutageIT {

  @Test
  void withoutTheDatabaseFollowersAreAnsweredAndStrangersRefused() {
    URI database = URI.create(TestServers.get().databaseUrl().substring("jdbc:".length()));
    try (FaultyProxy line = new FaultyProxy(database.getHost(), database.getPort());
        RunningGateway gateway =
            RunningGateway.start(
                Map.of(
                    "HONGYAN_DATABASE_URL",
                    "jdbc:postgresql://127.0.0.1:%d%s".formatted(line.port(), database.getPath()),
                    "spring.datasource.hikari.connection-timeout",
                    "500"))) {
      WeChatSide weChat =
          WeChatSide.of(gateway, "co-database", "safe", "").rule(gateway, "hello", "you");
      line.cut();

      Answer answer = weChat.postSafe(gateway, WeChatSide.text("oA", 1, "hello"));
      Answer receipt = weChat.postSafe(gateway, WeChatSide.receipt("oA", 1, "success"));
      Answer stranger = gateway.call(null, "POST", "/wechat/co-nobody/callback", "{}");

      assertThat(answer.text()).startsWith("<xml><Encrypt>");
      assertThat(receipt.text()).isEqualTo("success");
      assertThat(stranger.status()).isEqualTo(403);
    }
  }

  @Test
  void withoutTheBrokerAReceiptIsLeftForWeChatToRepeatAndAMessageIsAnswered() {
    URI broker = URI.create(TestServers.get().rabbitUrl());
    try (FaultyProxy line = new FaultyProxy(broker.getHost(), broker.getPort());
        RunningGateway gateway =
            RunningGateway.start(Map.of("HONGYAN_RABBITMQ_URL", line.insteadOf(broker)))) {
      WeChatSide weChat =
          WeChatSide.of(gateway, "co-broker", "plain", "").rule(gateway, "hello", "you");
      String query = WeChatSide.signed();
      String receipt = WeChatSide.receipt("oA", 1, "success");
      line.cut();

      Instant begun = Instant.now();
      Answer refused = weChat.post(gateway, query, receipt);
      Duration took = Duration.between(begun, Instant.now());
      Answer message = weChat.post(gateway, WeChatSide.signed(), WeChatSide.text("oA", 1, "hello"));

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.text()).isEmpty();
      assertThat(took).as("before WeChat gives up").isLessThan(Duration.ofMillis(4_500));
      assertThat(message.text()).contains("you");
      line.restore();
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(weChat.post(gateway, query, receipt).text())
                      .as("WeChat's retry, with the nonce of the first try")
                      .isEqualTo("success"));
    }
  }

  @Test
  void withoutRedisMessagesAndReceiptsAreAnswered() {
    URI redis = URI.create(TestServers.get().redisUrl());
    try (FaultyProxy line = new FaultyProxy(redis.getHost(), redis.getPort());
        RunningGateway gateway =
            RunningGateway.start(Map.of("HONGYAN_REDIS_URL", line.insteadOf(redis)))) {
      WeChatSide weChat =
          WeChatSide.of(gateway, "co-redis", "plain", "").rule(gateway, "hello", "you");
      String query = WeChatSide.signed();
      line.stall();

      Answer message = weChat.post(gateway, query, WeChatSide.text("oA", 1, "hello"));
      Answer replayed = weChat.post(gateway, query, WeChatSide.text("oA", 2, "hello"));
      Answer receipt =
          weChat.post(gateway, WeChatSide.signed(), WeChatSide.receipt("oA", 1, "success"));

      assertThat(message.text()).contains("you");
      assertThat(replayed.status()).isEqualTo(403);
      assertThat(receipt.text()).isEqualTo("success");
    }
  }

  @Test
  void aSlowAnswerIsHeldBackUntilWeChatHasGivenUpAndThenGivenToItsRetry() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch ready = new CountDownLatch(1);
    HttpServer crm =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    crm.setExecutor(threads);
    crm.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            ready.await();
            byte[] reply = "{\"type\":\"text\",\"content\":\"at last\"}".getBytes();
            exchange.sendResponseHeaders(200, reply.length);
            exchange.getResponseBody().write(reply);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    crm.start();
    // WeChat's 5 seconds are 2.5 here.
    try (RunningGateway gateway =
        RunningGateway.start(
            Map.of(
                "hongyan.reply.answer-within", "2s",
                "hongyan.reply.lease", "1s",
                "hongyan.callback.give-up-after", "2500ms",
                "hongyan.outbound.allow-private-addresses", "true"))) {
      WeChatSide weChat =
          WeChatSide.of(
              gateway,
              "co-slow",
              "safe",
              ",\"replyUrl\":\"http://127.0.0.1:%d/\"".formatted(crm.getAddress().getPort()));
      String message = WeChatSide.text("oA", 1, "hello");

      Instant begun = Instant.now();
      Answer first = weChat.postSafe(gateway, message);
      Duration took = Duration.between(begun, Instant.now());
      CompletableFuture<Answer> second =
          CompletableFuture.supplyAsync(() -> weChat.postSafe(gateway, message), threads);
      ready.countDown();

      assertThat(first.status()).isEqualTo(503);
      assertThat(first.text()).isEmpty();
      assertThat(first.header("Connection")).contains("close");
      assertThat(took).isBetween(Duration.ofMillis(2_490), Duration.ofMillis(5_000));
      assertThat(weChat.open(second.join().text()).values()).containsEntry("Content", "at last");
      assertThat(asked).hasValue(1);
    } finally {
      crm.stop(0);
      threads.shutdownNow();
    }
  }
}
