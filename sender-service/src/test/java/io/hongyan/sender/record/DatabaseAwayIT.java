package io.hongyan.sender.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.network.FaultyProxy;
import io.hongyan.sender.Samples;
import io.hongyan.sender.record.Entry.Success;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** PostgreSQL goes away while WeChat's answers are in hand. */
@Timeout(60)
class DatabaseAwayIT {

  @Test
  void startsAndResultsWaitUntilItIsBackAndNothingIsLost() throws Exception {
    URI address = URI.create(TestServers.get().databaseUrl().substring("jdbc:".length()));
    try (FaultyProxy proxy = new FaultyProxy(address.getHost(), address.getPort());
        RecordFixture behindProxy = new RecordFixture(through(proxy, address));
        RecordFixture direct = new RecordFixture();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      StartRecorder starts = behindProxy.starts();
      OutcomeRecorder outcomes = behindProxy.outcomes();
      BatchId batch = direct.batch();
      for (int seq = 1; seq <= 20; seq++) {
        starts.start(Samples.message(batch, seq).id());
      }
      proxy.cut();

      List<Future<?>> results = new ArrayList<>();
      for (int seq = 1; seq <= 20; seq++) {
        PushMessage message = Samples.message(batch, seq);
        results.add(
            threads.submit(
                () -> {
                  outcomes.record(new Success(message, 1, 1L, Instant.now(), 5));
                  return true;
                }));
      }
      Future<Start> start = threads.submit(() -> starts.start(Samples.message(batch, 21).id()));

      await()
          .during(Duration.ofMillis(1_500))
          .until(() -> results.stream().noneMatch(Future::isDone) && !start.isDone());
      assertThat(direct.progress(batch)).isEmpty();
      proxy.restore();
      for (Future<?> result : results) {
        result.get();
      }
      assertThat(start.get()).isInstanceOf(Start.Started.class);
      assertThat(direct.progress(batch)).isEqualTo("success=20");
      starts.destroy();
      outcomes.destroy();
    }
  }

  private static String through(FaultyProxy proxy, URI address) {
    return "jdbc:postgresql://127.0.0.1:" + proxy.port() + address.getPath();
  }
}
