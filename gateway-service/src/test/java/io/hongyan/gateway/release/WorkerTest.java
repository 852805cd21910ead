package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;

/** A worker survives what its step meets. */
@ExtendWith(OutputCaptureExtension.class)
class WorkerTest {

  private final Semaphore wakeups = new Semaphore(0);
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void goesOnAfterAnOutageAndLogsItOnce(CapturedOutput output) throws Exception {
    Worker worker =
        worker(
            () -> {
              if (runs.incrementAndGet() <= 3) {
                throw new DataAccessResourceFailureException("the database is away");
              }
              return Duration.ofMillis(1);
            });

    worker.start();
    await().untilAtomic(runs, greaterThan(5));
    end(worker);

    assertThat(output.getOut().lines().filter(line -> line.contains("WARN"))).hasSize(1);
    assertThat(output.getOut()).contains("the database is away").contains("release goes on");
  }

  @Test
  void runsAtOnceWhenWoken() throws Exception {
    Worker worker =
        worker(
            () -> {
              runs.incrementAndGet();
              return Duration.ofMinutes(10);
            });

    worker.start();
    await().untilAtomic(runs, equalTo(1));
    wakeups.release();

    await().atMost(Duration.ofSeconds(2)).untilAtomic(runs, equalTo(2));
    end(worker);
  }

  @Test
  void newWorkDoesNotShortenABackoff() throws Exception {
    Worker worker =
        worker(
            () -> {
              runs.incrementAndGet();
              wakeups.release();
              throw new PublishFailedException("the broker is away", null);
            });

    worker.start();
    await().untilAtomic(runs, greaterThanOrEqualTo(2));
    end(worker);

    assertThat(runs).hasValueLessThan(6);
  }

  private Worker worker(Step step) {
    WorkStep workStep =
        new WorkStep() {
          @Override
          public Duration run(BooleanSupplier stopping) throws PublishFailedException {
            return step.run();
          }
        };
    return new Worker("worker-test", workStep, wakeups, new Outage("test", Clock.systemUTC()));
  }

  private static void end(Worker worker) throws InterruptedException {
    worker.stop();
    assertThat(worker.awaitEnd(Duration.ofSeconds(5))).isTrue();
  }

  private interface Step {
    Duration run() throws PublishFailedException;
  }
}
