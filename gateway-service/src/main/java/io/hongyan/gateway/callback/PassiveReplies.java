package io.hongyan.gateway.callback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hongyan.common.callback.InboundRecord;
import io.hongyan.gateway.callback.ReplyStore.Claim;
import io.hongyan.jobs.InstanceName;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Answers a follower's message once. WeChat asks up to three times and waits 5 s each time
 * (wechat-api 6.3), so the handler runs apart from the requests: the first one starts it, the
 * others, here or on another gateway, wait for the same result. What a gateway runs it holds in
 * Redis by a short lease; when it dies, whoever waits takes over. With Redis away the handler runs
 * once on each gateway that is asked. Thread-safe.
 */
@Component
class PassiveReplies implements SmartLifecycle, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PassiveReplies.class);
  private static final long LOCAL_BYTES = 32L << 20;
  private static final int ENTRY_BYTES = 512;
  private static final Duration FIRST_LOOK = Duration.ofMillis(10);

  private final ImpatientRedis redis;
  private final ReplyStore store;
  private final ReplyLeases leases;
  private final HandlerRuns handlers;
  private final ReplyProperties properties;
  private final Clock clock;
  private final MeterRegistry meters;
  // What has ended is in kept, then no longer in runs: a request that finds neither begins.
  private final ConcurrentMap<String, ReplyRun> runs = new ConcurrentHashMap<>();
  private final Cache<String, KeptReply> kept;
  private volatile @Nullable ExecutorService threads;
  private volatile boolean stopping;

  @Autowired
  PassiveReplies(
      MessageHandler handler,
      CallbackQueue queue,
      @Value("${hongyan.redis-url}") URI redis,
      ReplyProperties properties,
      InstanceName instance,
      Clock clock,
      MeterRegistry meters) {
    this(handler, queue::publish, redis, properties, instance.text(), clock, meters);
  }

  /**
   * @param queue {@link CallbackQueue#publish(InboundRecord)}
   * @param instance name of this gateway
   */
  PassiveReplies(
      MessageHandler handler,
      Function<InboundRecord, CompletableFuture<Void>> queue,
      URI redis,
      ReplyProperties properties,
      String instance,
      Clock clock,
      MeterRegistry meters) {
    this.redis = new ImpatientRedis(redis, "replies", properties.redisTimeout());
    this.store = new ReplyStore(this.redis, properties);
    this.leases = new ReplyLeases(store, properties);
    this.handlers = new HandlerRuns(handler, queue, properties, instance, meters);
    this.properties = properties;
    this.clock = clock;
    this.meters = meters;
    meters.gaugeMapSize("hongyan.callback.under.way", Tags.empty(), runs);
    this.kept =
        Caffeine.newBuilder()
            .expireAfterWrite(properties.keep())
            .maximumWeight(LOCAL_BYTES)
            .weigher(PassiveReplies::weigh)
            .build();
  }

  private static int weigh(String key, KeptReply value) {
    PassiveReply reply = value.reply();
    return ENTRY_BYTES + 2 * (key.length() + (reply == null ? 0 : reply.toString().length()));
  }

  /**
   * Runs the handler once for this message, or joins the run that is under way here or on another
   * gateway, or gives the kept result. Waits until {@code hongyan.reply.answer-within} after the
   * arrival at most: without a result then it is {@link Answer.Withheld}, and {@link
   * Answer.Nothing} on WeChat's third try.
   *
   * @param arrivedNanos {@link System#nanoTime()} when the request came in
   */
  Answer answer(WeChatMessage message, long arrivedNanos) {
    while (true) {
      Optional<Answer> answer = answer(message, arrivedNanos, false);
      // Empty only if it joined a look for a known message that then was not known.
      if (answer.isPresent()) {
        return answer.get();
      }
    }
  }

  /**
   * The same, but empty if the message is not known here or in Redis, or cannot be looked for
   * because Redis is away: never begins with a message. One whose gateway died half-way is known,
   * so it is taken over.
   */
  Optional<Answer> answerIfKnown(WeChatMessage message, long arrivedNanos) {
    return answer(message, arrivedNanos, true);
  }

  private Optional<Answer> answer(WeChatMessage message, long arrivedNanos, boolean onlyIfKnown) {
    String key = ReplyStore.key(message);
    KeptReply known = kept.getIfPresent(key);
    if (known != null) {
      join();
      return Optional.of(known.answer());
    }
    ReplyRun made = new ReplyRun(key, message, clock.instant(), onlyIfKnown);
    ReplyRun other = runs.putIfAbsent(key, made);
    if (other != null) {
      join();
      int tries = countTry(other);
      return await(other, arrivedNanos, () -> tries);
    }
    KeptReply justKept = kept.getIfPresent(key);
    if (justKept != null) {
      end(made, Optional.of(justKept));
    } else {
      begin(made);
    }
    return await(made, arrivedNanos, made::triesAtStart);
  }

  private void join() {
    meters.counter("hongyan.callback.joins").increment();
  }

  private int countTry(ReplyRun run) {
    int here = run.countTry();
    if (run.result().isDone()) {
      return here;
    }
    try {
      return Math.max(here, store.count(run.lease().key()));
    } catch (RedisAwayException e) {
      return here;
    }
  }

  private Optional<Answer> await(ReplyRun run, long arrivedNanos, IntSupplier tries) {
    long left = properties.answerWithin().toNanos() - (System.nanoTime() - arrivedNanos);
    try {
      return run.result().get(Math.max(left, 0), TimeUnit.NANOSECONDS).map(KeptReply::answer);
    } catch (TimeoutException e) {
      return Optional.of(
          tries.getAsInt() >= ReplyProperties.TRIES ? new Answer.Nothing() : withheld());
    } catch (ExecutionException e) {
      return Optional.of(withheld());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(withheld());
    }
  }

  private Answer withheld() {
    meters.counter("hongyan.callback.withheld").increment();
    return new Answer.Withheld();
  }

  private void begin(ReplyRun run) {
    ExecutorService current = threads;
    try {
      if (current == null) {
        throw new RejectedExecutionException("not started");
      }
      current.execute(() -> drive(run));
    } catch (RejectedExecutionException e) {
      abandon(run, e);
    }
  }

  private void drive(ReplyRun run) {
    try {
      end(run, find(run));
    } catch (InterruptedException e) {
      // This gateway stops; WeChat asks another.
      abandon(run, e);
    } finally {
      if (!run.result().isDone()) {
        abandon(run, new IllegalStateException("the run broke"));
      }
    }
  }

  private Optional<KeptReply> find(ReplyRun run) throws InterruptedException {
    Duration pause = FIRST_LOOK;
    boolean first = true;
    long lastSeen = System.nanoTime();
    while (!stopping) {
      // A run that Redis has forgotten may be alive: its owner has a lease's time to say so.
      boolean outlived = System.nanoTime() - lastSeen > properties.lease().toNanos();
      boolean mayBegin = first ? !run.onlyIfKnown() : outlived;
      try {
        Claim claim = store.claim(run.lease().key(), run.lease().owner(), first, !mayBegin);
        if (first) {
          run.startedAt(claim.tries());
        }
        switch (claim) {
          case Claim.Kept known -> {
            return Optional.of(known.reply());
          }
          case Claim.Mine mine -> {
            return Optional.of(execute(run, mine.takenOver()));
          }
          case Claim.Theirs theirs -> lastSeen = System.nanoTime();
          case Claim.Unknown unknown -> {
            if (first) {
              return Optional.empty();
            }
          }
        }
        first = false;
      } catch (RedisAwayException e) {
        // One call that failed here says nothing of the others, who may run this very message.
        if (redis.isAwayFor(properties.redisPatience())) {
          if (mayBegin) {
            return Optional.of(execute(run, false));
          }
          if (first) {
            return Optional.empty();
          }
        }
      }
      Thread.sleep(pause);
      pause = Collections.min(List.of(pause.multipliedBy(2), properties.look()));
    }
    throw new InterruptedException("this gateway stops");
  }

  private KeptReply execute(ReplyRun run, boolean takenOver) throws InterruptedException {
    meters.counter("hongyan.callback.runs").increment();
    if (takenOver) {
      meters.counter("hongyan.callback.takeovers").increment();
      log.debug("run of another gateway taken over account={}", run.message().account());
    }
    leases.hold(run.lease());
    boolean kept = false;
    try {
      KeptReply result = handlers.run(run.message(), run.receivedAt());
      KeptReply counts = leases.keep(run.lease(), result);
      kept = true;
      return counts;
    } finally {
      if (!kept) {
        leases.giveBack(run.lease());
      }
    }
  }

  private void end(ReplyRun run, Optional<KeptReply> result) {
    String key = run.lease().key();
    result.ifPresent(reply -> kept.put(key, reply));
    runs.remove(key, run);
    run.result().complete(result);
  }

  private void abandon(ReplyRun run, Exception cause) {
    runs.remove(run.lease().key(), run);
    run.result().completeExceptionally(cause);
  }

  @Override
  public void start() {
    stopping = false;
    threads = Executors.newVirtualThreadPerTaskExecutor();
    leases.start();
  }

  /** Lets the runs that are under way here end, and gives the rest to the other gateways. */
  @Override
  public void stop() {
    stopping = true;
    ExecutorService current = threads;
    threads = null;
    if (current != null) {
      current.shutdown();
      try {
        if (!current.awaitTermination(
            properties.forwardTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
          current.shutdownNow();
          current.awaitTermination(properties.lease().toNanos(), TimeUnit.NANOSECONDS);
        }
      } catch (InterruptedException e) {
        current.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
    leases.stop();
  }

  @Override
  public boolean isRunning() {
    return threads != null;
  }

  /** After the web server's last request is answered, and before {@link CallbackQueue} stops. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 3072;
  }

  @Override
  public void close() {
    redis.close();
  }
}
