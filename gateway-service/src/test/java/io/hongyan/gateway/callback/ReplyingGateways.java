package io.hongyan.gateway.callback;

import io.hongyan.common.callback.InboundRecord;
import io.hongyan.gateway.callback.KeptReply.Result;
import io.hongyan.gateway.callback.MessageHandler.Handled;
import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** Several {@link PassiveReplies} on one real Redis, each reached through a proxy of its own. */
final class ReplyingGateways implements AutoCloseable {

  static final URI REDIS = URI.create(TestServers.get().redisUrl());

  static final Answer WITHHELD = new Answer.Withheld();
  static final Answer NOTHING = new Answer.Nothing();

  final UnifiedJedis redis = RedisClient.create(REDIS);
  final String account = "r-" + UUID.randomUUID().toString().substring(0, 8);
  final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  // Opened at the end, so that handlers which a test leaves hanging do not hold up its end.
  final CountDownLatch over = new CountDownLatch(1);
  private final List<Gateway> gateways = new ArrayList<>();

  /** As they come: for what is answered in time, which a busy machine may take. */
  static ReplyProperties usual() {
    return properties(Duration.ofMillis(4_500), Duration.ofSeconds(2), Duration.ofMillis(300));
  }

  /** Half of WeChat's patience: for what is withheld, or lasts several leases. */
  static ReplyProperties brisk() {
    return properties(Duration.ofMillis(2_250), Duration.ofMillis(1_500), Duration.ofMillis(300));
  }

  static ReplyProperties properties(Duration answerWithin, Duration lease, Duration redisTimeout) {
    return new ReplyProperties(
        answerWithin,
        lease,
        Duration.ofSeconds(60),
        redisTimeout,
        Duration.ofMillis(100),
        Duration.ofSeconds(14),
        200);
  }

  /** One more gateway. */
  Gateway gateway(String name, ReplyProperties properties, MessageHandler handler) {
    Gateway gateway = new Gateway(name, properties, handler);
    gateways.add(gateway);
    return gateway;
  }

  Gateway gateway(String name, MessageHandler handler) {
    return gateway(name, usual(), handler);
  }

  WeChatMessage text(long msgId) {
    return message("text", null, msgId);
  }

  WeChatMessage event(String event) {
    return message("event", event, null);
  }

  private WeChatMessage message(String type, @Nullable String event, @Nullable Long msgId) {
    return new WeChatMessage(
        account,
        "gh_1",
        "o1",
        Instant.ofEpochSecond(1_700_000_000),
        type,
        event,
        null,
        msgId,
        "hello",
        Map.of(),
        "<xml/>");
  }

  static Handled replied(String text) {
    return new Handled("default d", new KeptReply(Result.REPLIED, new PassiveReply.Text(text)));
  }

  static Answer answered(String text) {
    return new Answer.Replied(new PassiveReply.Text(text));
  }

  /** What a handler does that never ends; it does with the test. */
  Handled hang() throws InterruptedException {
    over.await();
    return replied("too late");
  }

  /** How often WeChat has asked, as Redis knows it. */
  int tries(WeChatMessage message) {
    String tries = redis.hget(ReplyStore.key(message), "tries");
    return tries == null ? 0 : Integer.parseInt(tries);
  }

  @SafeVarargs
  final List<Answer> atOnce(Callable<Answer>... calls) throws Exception {
    return atOnce(List.of(calls));
  }

  List<Answer> atOnce(List<Callable<Answer>> calls) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(calls.size());
    List<Future<Answer>> futures = new ArrayList<>();
    for (Callable<Answer> call : calls) {
      futures.add(
          threads.submit(
              () -> {
                barrier.await();
                return call.call();
              }));
    }
    List<Answer> answers = new ArrayList<>();
    for (Future<Answer> future : futures) {
      answers.add(future.get());
    }
    return answers;
  }

  @Override
  public void close() {
    over.countDown();
    threads.close();
    gateways.forEach(Gateway::close);
    redis.keys("hongyan:reply:" + account + ":*").forEach(redis::del);
    redis.close();
  }

  /** One gateway. */
  static final class Gateway implements AutoCloseable {

    final FaultyProxy proxy = new FaultyProxy(REDIS.getHost(), REDIS.getPort());
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Queue<InboundRecord> published = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
    private final PassiveReplies replies;
    volatile Function<InboundRecord, CompletableFuture<Void>> queue =
        inbound -> CompletableFuture.completedFuture(null);

    private Gateway(String name, ReplyProperties properties, MessageHandler handler) {
      replies =
          new PassiveReplies(
              message -> {
                runs.computeIfAbsent(message.key(), key -> new AtomicInteger()).incrementAndGet();
                return handler.handle(message);
              },
              inbound -> {
                published.add(inbound);
                return queue.apply(inbound);
              },
              URI.create(proxy.insteadOf(REDIS)),
              properties,
              name,
              Clock.systemUTC(),
              meters);
      replies.start();
    }

    Answer answer(WeChatMessage message) {
      return replies.answer(message, System.nanoTime());
    }

    PassiveReplies replies() {
      return replies;
    }

    int runs() {
      return runs.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    int runs(WeChatMessage message) {
      AtomicInteger count = runs.get(message.key());
      return count == null ? 0 : count.get();
    }

    double count(String meter) {
      return meters.counter(meter).count();
    }

    /** As a process that is killed: no more signs of life, and nothing is finished. */
    void die() {
      proxy.cut();
    }

    @Override
    public void close() {
      replies.stop();
      replies.close();
      proxy.close();
    }
  }
}
