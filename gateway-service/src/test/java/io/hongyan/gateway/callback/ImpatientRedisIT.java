package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many calls at once, to the real Redis, well and hanging. */
class ImpatientRedisIT {

  private static final int CALLS = 160;
  private static final Duration TIMEOUT = Duration.ofMillis(250);

  private final URI address = URI.create(TestServers.get().redisUrl());
  private final FaultyProxy line = new FaultyProxy(address.getHost(), address.getPort());
  private final ImpatientRedis redis =
      new ImpatientRedis(URI.create(line.insteadOf(address)), "tests", TIMEOUT);

  @AfterEach
  void stop() {
    redis.close();
    line.close();
  }

  @Test
  void whoWaitsForHisTurnDoesNotTakeRedisForAway() throws Exception {
    String empty = "impatient-" + UUID.randomUUID();

    // Redis takes 50 to 100 ms for each, and so several times the timeout for all.
    List<Boolean> answered = callAtOnce(() -> call(() -> redis.call(r -> r.blpop(0.05, empty))));

    assertThat(answered).hasSize(CALLS).doesNotContain(false);
  }

  @Test
  void aRedisThatHangsHoldsNobodyUpForLong() throws Exception {
    redis.call(jedis -> jedis.get("impatient"));
    line.stall();
    long begun = System.nanoTime();

    List<Boolean> answered = callAtOnce(() -> call(() -> redis.call(r -> r.get("impatient"))));

    assertThat(answered).hasSize(CALLS).doesNotContain(true);
    // A few wait for an answer or a connection, and nobody after them.
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(TIMEOUT.multipliedBy(10));
  }

  /** Whether the call was answered. */
  private static boolean call(Callable<?> command) throws Exception {
    try {
      command.call();
      return true;
    } catch (RedisAwayException e) {
      return false;
    }
  }

  private static List<Boolean> callAtOnce(Callable<Boolean> call) throws Exception {
    List<Future<Boolean>> calls = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLS; i++) {
        calls.add(threads.submit(call));
      }
    }
    List<Boolean> answered = new ArrayList<>();
    for (Future<Boolean> ended : calls) {
      answered.add(ended.get());
    }
    return answered;
  }
}
